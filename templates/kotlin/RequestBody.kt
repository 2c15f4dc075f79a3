// Compiled beside a snippet: OkHttp 3.13 under the name that 4.0 gave this function.
package okhttp3.RequestBody.Companion

import okhttp3.MediaType
import okhttp3.RequestBody

fun ByteArray.toRequestBody(contentType: MediaType? = null): RequestBody =
    RequestBody.create(contentType, this)
