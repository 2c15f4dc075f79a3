// Compiled beside a snippet, in front of OkHttp 3.13: gives its RequestBody the order of arguments of 4.0.
package okhttp3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okio.BufferedSink;

public abstract class RequestBody {
    public abstract MediaType contentType();

    public abstract void writeTo(BufferedSink sink) throws IOException;

    public long contentLength() throws IOException {
        return -1;
    }

    public static RequestBody create(byte[] content, MediaType contentType) {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return contentType;
            }

            @Override
            public long contentLength() {
                return content.length;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.write(content);
            }
        };
    }

    // What the classes of 3.13 call.
    public static RequestBody create(MediaType contentType, byte[] content) {
        return create(content, contentType);
    }

    public static RequestBody create(MediaType contentType, String content) {
        return create(content.getBytes(StandardCharsets.UTF_8), contentType);
    }
}
