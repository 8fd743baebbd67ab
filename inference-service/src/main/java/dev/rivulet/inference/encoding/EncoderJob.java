package dev.rivulet.inference.encoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The rows of one request. It ends once: with the values of all rows, or with the first failure. */
public final class EncoderJob {

    private final CompletableFuture<List<float[]>> values = new CompletableFuture<>();
    private final List<float @Nullable []> rows;
    private final Runnable cancelled;
    private int missing;

    EncoderJob(int rows, Runnable cancelled) {
        this.rows = new ArrayList<>(Collections.nCopies(rows, null));
        this.missing = rows;
        this.cancelled = cancelled;
    }

    /** Values of each row, in the order of the request; fails with {@link EncoderFailure}. */
    public CompletableFuture<List<float[]>> values() {
        return values;
    }

    /** Takes its rows out of the queue; what runs already runs on and is thrown away. */
    public void cancel() {
        if (values.cancel(false)) {
            cancelled.run();
        }
    }

    boolean ended() {
        return values.isDone();
    }

    void done(int row, float[] value) {
        boolean last;
        synchronized (this) {
            rows.set(row, value);
            missing--;
            last = missing == 0;
        }
        if (last) {
            values.complete(rows.stream().map(java.util.Objects::requireNonNull).toList());
        }
    }

    void failed(EncoderFailure failure) {
        values.completeExceptionally(failure);
    }
}
