// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import dev.rivulet.engine.Picture;
import dev.rivulet.engine.PicturePlan;
import dev.rivulet.engine.Vision;
import dev.rivulet.image.ImageRefusedException;
import dev.rivulet.image.RgbImage;
import dev.rivulet.inference.media.EncodedMedia;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns pictures of requests into rows for a decoder: decodes them on threads of their own, encodes them on the model's own worker, and
 * keeps rows for who sends a picture again. A picture that the caller got wrong fails the request; one that the encoder fails at is unseen.
 */
public final class Pictures implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
    private static final int MOST_WORKERS = 16;
    private static final int DECODERS = 2;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PictureProperties properties;
    private final PictureIntake intake;
    private final EncodedMedia cache;
    private final MeterRegistry meters;
    private final ThreadPoolExecutor decoding;
    private final LinkedHashMap<ModelVersion, PictureWorker> workers = new LinkedHashMap<>(16, 0.75f, true);

    public Pictures(PictureProperties properties, PictureIntake intake, MeterRegistry meters) {
        this.properties = properties;
        this.intake = intake;
        this.meters = meters;
        this.cache = new EncodedMedia("picture", properties.cache().toBytes(), meters);
        this.decoding = new ThreadPoolExecutor(
                DECODERS,
                DECODERS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(properties.queue()),
                Thread.ofPlatform().name("picture-decoding-", 0).daemon().factory());
        decoding.allowCoreThreadTimeOut(true);
    }

    /**
     * Looks at the pictures of one request.
     *
     * @param tenant whose pictures they are
     * @param left of the request's time
     * @return what became of each picture and frame, in their order; fails with a {@link ProblemException} for what the caller got wrong
     *     or where more wait than may, and where an encoder fails if requests are to be refused then
     */
    public CompletableFuture<List<Sight>> look(
            ModelVersion version, Vision vision, List<PictureAsk> asks, String tenant, Duration left) {
        CompletableFuture<List<Sight>> looked = new CompletableFuture<>();
        try {
            decoding.execute(() -> {
                try {
                    start(version, vision, asks, tenant, left, looked);
                } catch (RuntimeException | Error e) {
                    looked.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            looked.completeExceptionally(full());
        }
        return looked;
    }

    private void start(
            ModelVersion version,
            Vision vision,
            List<PictureAsk> asks,
            String tenant,
            Duration left,
            CompletableFuture<List<Sight>> looked) {
        List<CompletableFuture<Sight>> sights = new ArrayList<>();
        for (PictureAsk ask : asks) {
            if (looked.isDone()) {
                return;
            }
            sights.addAll(sights(version, vision, ask, tenant, left));
        }
        sights.forEach(sight -> sight.whenComplete((seen, failure) -> {
            if (failure != null) {
                looked.completeExceptionally(cause(failure));
            }
        }));
        CompletableFuture.allOf(sights.toArray(CompletableFuture[]::new))
                .thenRun(() -> looked.complete(
                        sights.stream().map(CompletableFuture::join).toList()));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private List<CompletableFuture<Sight>> sights(
            ModelVersion version, Vision vision, PictureAsk ask, String tenant, Duration left) {
        byte[] digest = sha256(ask.file());
        PicturePlan plan = vision.plan(ask.header().shownWidth(), ask.header().shownHeight());
        List<CompletableFuture<Sight>> sights = new ArrayList<>();
        List<RgbImage> decoded = List.of();
        for (int frame = 0; frame < ask.frames(); frame++) {
            byte[] hash = ask.frames() == 1 ? digest : ofFrame(digest, frame, ask.frames());
            EncodedMedia.Key key = EncodedMedia.Key.of(tenant, version, hash);
            float[] kept = cache.find(key).orElse(null);
            if (kept != null) {
                sights.add(CompletableFuture.completedFuture(new Sight.Seen(hash, plan, kept)));
                continue;
            }
            decoded = decoded.isEmpty() ? decode(ask) : decoded;
            RgbImage image = decoded.get(frame);
            Picture picture = new Picture(image.width(), image.height(), image.rgb());
            sights.add(worker(version, vision).encode(picture, left).handle((rows, failure) -> {
                if (failure != null) {
                    return unseen(version, failure);
                }
                cache.keep(key, rows);
                return new Sight.Seen(hash, plan, rows);
            }));
        }
        return sights;
    }

    private List<RgbImage> decode(PictureAsk ask) {
        try {
            return intake.images().frames(ask.file(), ask.frames());
        } catch (ImageRefusedException e) {
            meters.counter("rivulet.pictures.refused", "reason", e.reason().name())
                    .increment();
            throw PictureIntake.refused(ask.path(), e);
        }
    }

    private Sight unseen(ModelVersion version, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof RejectedExecutionException) {
            throw full();
        }
        boolean slow = cause instanceof TimeoutException;
        String reason = slow ? "the model's encoder of pictures took too long" : String.valueOf(cause.getMessage());
        LOG.warn("{} does not see a picture: {}", version, reason);
        meters.counter("rivulet.pictures.unseen", "model", version.model(), "why", slow ? "slow" : "failed")
                .increment();
        if (properties.onFailure() == PictureProperties.OnFailure.REFUSE) {
            throw new ProblemException(
                    Problem.of(ProblemCode.QUEUE_TIMEOUT, "The picture can't be looked at: " + reason + ".")
                            .retryAfter(properties.pause()));
        }
        return new Sight.Unseen(reason);
    }

    private static ProblemException full() {
        return new ProblemException(Problem.of(
                        ProblemCode.QUEUE_FULL, "Too many pictures wait to be looked at; send the request again later.")
                .retryAfter(RETRY));
    }

    private synchronized PictureWorker worker(ModelVersion version, Vision vision) {
        PictureWorker known = workers.get(version);
        if (known != null && known.of(vision)) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        PictureWorker made = new PictureWorker(version.model(), vision, properties);
        workers.put(version, made);
        if (workers.size() > MOST_WORKERS) {
            workers.pollFirstEntry().getValue().close();
        }
        return made;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static byte[] ofFrame(byte[] film, int frame, int frames) {
        return sha256(ByteBuffer.allocate(film.length + 8)
                .put(film)
                .putInt(frame)
                .putInt(frames)
                .array());
    }

    @Override
    public void close() {
        decoding.shutdownNow();
        synchronized (this) {
            workers.values().forEach(PictureWorker::close);
        }
    }
}
