// Compiled beside a snippet: OkHttp 3.13 with properties that 4.0 made of its methods; a body is never null since 5.0.
import okhttp3.Response
import okhttp3.ResponseBody

val Response.body: ResponseBody
    get() = body()!!

val Response.code: Int
    get() = code()
