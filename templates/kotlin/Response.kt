// Compiled beside a snippet: OkHttp 3.13 with the property that 4.0 made of this method, never null since 5.0.
import okhttp3.Response
import okhttp3.ResponseBody

val Response.body: ResponseBody
    get() = body()!!
