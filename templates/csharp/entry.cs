// Compiled beside a snippet because mcs refuses an asynchronous Main as an entry point.
using System;
using System.Collections.Generic;
using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

internal static class SnippetEntry
{
    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitNow(int code);

    private static int Main(string[] args)
    {
        KeepHeaders();
        int code = Run(args);
        Console.Out.Flush();
        Console.Error.Flush();
        // About one run in a hundred otherwise waits up to a minute for an idle pool thread.
        ExitNow(code);
        return code;
    }

    // .NET sends what TryAddWithoutValidation was given since version 5; Mono, like .NET Core 3, parses
    // the value of a header that it knows and writes it anew, unless the header has no parser.
    private static void KeepHeaders()
    {
        const BindingFlags flags = BindingFlags.Static | BindingFlags.Instance
            | BindingFlags.Public | BindingFlags.NonPublic;
        var own = new HashSet<string> { "Connection", "Expect", "Host", "TransferEncoding" };
        Assembly assembly = typeof(HttpHeaders).Assembly;
        Type headers = assembly.GetType("System.Net.Http.Headers.KnownHeaders");
        foreach (FieldInfo field in headers == null ? new FieldInfo[0] : headers.GetFields(flags))
        {
            object header = field.GetValue(null);
            Type type = header.GetType();
            FieldInfo kind = type.GetField("_headerType", flags);
            FieldInfo parser = type.GetField("_parser", flags);
            string name = kind == null ? "" : kind.GetValue(header).ToString();
            if (parser != null && (name == "Request" || name == "General") && !own.Contains(field.Name))
            {
                parser.SetValue(header, null);
            }
        }
    }

    private static int Run(string[] args)
    {
        const BindingFlags flags = BindingFlags.Static | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (Type type in typeof(SnippetEntry).Assembly.GetTypes())
        {
            MethodInfo main = type == typeof(SnippetEntry) ? null : type.GetMethod("Main", flags);
            if (main == null)
            {
                continue;
            }
            object[] values = main.GetParameters().Length == 0 ? null : new object[] { args };
            object result;
            try
            {
                result = main.Invoke(null, values);
            }
            catch (TargetInvocationException e)
            {
                ExceptionDispatchInfo.Capture(e.InnerException).Throw();
                throw;
            }
            Task task = result as Task;
            if (task != null)
            {
                task.GetAwaiter().GetResult();
                Task<int> number = task as Task<int>;
                result = number == null ? null : (object)number.Result;
            }
            // Main without a result leaves the exit code to Environment.ExitCode.
            return result is int ? (int)result : Environment.ExitCode;
        }
        Console.Error.WriteLine("The snippet has no Main method.");
        return 70;
    }
}
