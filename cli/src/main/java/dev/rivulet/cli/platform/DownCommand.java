// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stops what another terminal started. */
@Command(name = "down", description = "Stop the platform that another terminal started, and wait until it is stopped.")
public final class DownCommand implements Callable<Integer> {
    /** Longer than the four stages of an orderly stop may take together. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Context context;

    public DownCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        RivuletHome home = context.home();
        Progress progress = new Progress(context.out());
        Optional<ProcessHandle> supervisor =
                PartRecord.read(home, PartRecord.SUPERVISOR).flatMap(PartRecord::process);
        if (supervisor.isPresent() && home.locked()) {
            progress.say("  stopping process " + supervisor.get().pid() + " and its parts …");
            if (!ProcessGroup.stop(supervisor.get(), "TERM", LIMIT)) {
                progress.failed("rivulet", "did not stop within " + LIMIT.toSeconds() + " s and was killed");
            }
            Leftovers.stop(home, progress);
            progress.say("✓ everything is stopped; the data is kept in " + home.data());
        } else {
            Leftovers.stop(home, progress);
            progress.say("✓ nothing of " + home.path() + " runs");
        }
        return 0;
    }
}
