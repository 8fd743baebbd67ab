// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.UploadBody;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Sinks;

/** Reads bodies of uploads with demand, a few buffers in memory; only so many at a time. */
@Component
class UploadBodies {

    private static final int BUFFERS_AHEAD = 8;

    private final ArtifactsSettings settings;
    private final Semaphore uploads;

    UploadBodies(ArtifactsSettings settings) {
        this.settings = settings;
        this.uploads = new Semaphore(settings.maxUploads());
    }

    /** What is done with a body. */
    @FunctionalInterface
    interface Reader<T> {
        T read(UploadBody body) throws IOException;
    }

    /** @throws ProblemException {@code queue_full} if too many uploads are under way */
    <T> T read(ServerHttpRequest request, Reader<T> reader) throws IOException {
        if (!uploads.tryAcquire()) {
            throw new ProblemException(Problem.of(
                            ProblemCode.QUEUE_FULL,
                            settings.maxUploads() + " uploads are under way, which is the limit; try again.")
                    .retryAfter(Duration.ofSeconds(2)));
        }
        Sinks.Empty<Void> stop = Sinks.empty();
        try (InputStream bytes = DataBufferUtils.subscriberInputStream(
                request.getBody().timeout(settings.uploadIdle()).takeUntilOther(stop.asMono()), BUFFERS_AHEAD)) {
            return reader.read(new UploadBody(bytes, stop::tryEmitEmpty));
        } finally {
            uploads.release();
        }
    }
}
