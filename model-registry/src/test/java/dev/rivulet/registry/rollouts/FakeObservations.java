// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.analysis.Mirrored;
import dev.rivulet.registry.rollouts.analysis.Window;
import dev.rivulet.registry.rollouts.analysis.Window.Ending;
import java.time.Instant;
import java.util.List;

/** What a test wants to be seen. */
final class FakeObservations implements Observations {

    private static final int REQUESTS = 300;

    Fleet fleet = new Fleet(2, 2, List.of(), List.of());
    Window candidate = requests(1, 0);
    Window baseline = requests(1, 0);
    Instant since = Instant.EPOCH;
    boolean caughtUp = true;

    static Window requests(double slower, double errors) {
        Window window = new Window();
        for (int i = 0; i < REQUESTS; i++) {
            boolean failed = i < errors * REQUESTS;
            double time = slower * (1 + i % 40 / 40.0);
            window.add(
                    failed ? Ending.ERROR : Ending.ANSWERED,
                    failed ? Double.NaN : 0.1 * time,
                    failed ? Double.NaN : 0.02 * time);
        }
        return window;
    }

    /** As many as usual, of which each had a verdict: so many of a hundred a thumb down. */
    static Window judged(int negative) {
        Window window = requests(1, 0);
        for (int i = 0; i < 100; i++) {
            window.addFeedback(i < negative ? 0 : 1);
        }
        return window;
    }

    /** As many as usual, mirrored: so many of a hundred answered otherwise, and so many not at all. */
    static Window mirrored(double slower, int different, int failed) {
        Window window = requests(slower, 0);
        window.addMirrored(new Mirrored(100 - different, different, REQUESTS, failed));
        return window;
    }

    @Override
    public void follow(List<Rollout> active) {}

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public Fleet fleet(Rollout rollout) {
        return fleet;
    }

    @Override
    public Window window(ModelName model, VersionName version, Instant from) {
        return version.equals(Samples.CANDIDATE) ? candidate : baseline;
    }
}
