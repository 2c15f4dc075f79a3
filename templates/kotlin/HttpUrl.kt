// Compiled beside a snippet: OkHttp 3.13 under the name that 4.0 gave this function.
package okhttp3.HttpUrl.Companion

import okhttp3.HttpUrl

fun String.toHttpUrl(): HttpUrl = HttpUrl.get(this)
