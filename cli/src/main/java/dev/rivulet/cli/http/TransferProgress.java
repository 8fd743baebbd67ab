// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.http;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far bytes on their way are: a bar that is drawn over where the stream is a terminal, else a line at each tenth and every
 * ten seconds at most.
 */
public final class TransferProgress {
    private static final double MIB = 1 << 20;
    private static final int WIDTH = 24;
    private static final long REDRAW = 200_000_000L;
    private static final long NEXT_LINE = 10_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final String what;
    private final long total;
    private final LongSupplier nanos;
    private final long begun;
    private long done;
    private long skipped;
    private long shownAt;
    private int shownTenth;

    /**
     * @param terminal whether the line may be drawn over
     * @param what is done, as in {@code download}
     * @param total bytes of all files
     * @param nanos a clock
     */
    public TransferProgress(PrintStream out, boolean terminal, String what, long total, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.what = what;
        this.total = total;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        this.shownAt = begun;
    }

    /** Bytes that needn't come, since they are there already. */
    public synchronized void skip(long bytes) {
        done += bytes;
        skipped += bytes;
        shownTenth = tenth();
    }

    /** Bytes that came; fewer than 0 if some are thrown away. */
    public synchronized void advance(long bytes) {
        done += bytes;
        long now = nanos.getAsLong();
        boolean due = terminal ? now - shownAt >= REDRAW : now - shownAt >= NEXT_LINE || tenth() > shownTenth;
        if (due || done == total && bytes > 0) {
            shownAt = now;
            shownTenth = tenth();
            show(now);
        }
    }

    /** Ends the line. */
    public synchronized void end() {
        if (terminal) {
            show(nanos.getAsLong());
            out.println();
        }
    }

    private int tenth() {
        return (int) (10 * share());
    }

    private double share() {
        return total == 0 ? 1 : Math.clamp((double) done / total, 0, 1);
    }

    private void show(long now) {
        double seconds = Math.max(1e-3, (now - begun) / 1e9);
        double rate = Math.max(0, done - skipped) / seconds;
        String line = String.format(
                Locale.ROOT,
                "%s %3.0f %%  %.1f of %.1f MiB  %.1f MiB/s  %s",
                what,
                Math.floor(100 * share()),
                done / MIB,
                total / MIB,
                rate / MIB,
                left(rate));
        if (terminal) {
            int filled = (int) (WIDTH * share());
            out.print("\r  [" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " + line + "   ");
        } else {
            out.println("  " + line);
        }
        out.flush();
    }

    private String left(double rate) {
        if (done >= total) {
            return "done";
        }
        if (rate < 1) {
            return "time left unknown";
        }
        long seconds = Math.round(Math.min(1e7, (total - done) / rate));
        return String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60);
    }
}
