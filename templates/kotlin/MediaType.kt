// Compiled beside a snippet: OkHttp 3.13 under the name that 4.0 gave this function.
package okhttp3.MediaType.Companion

import okhttp3.MediaType

fun String.toMediaType(): MediaType = MediaType.get(this)
