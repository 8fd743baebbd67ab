// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Parts that outlived the process that had started them. */
final class Leftovers {
    private static final Duration STOP_TIME = Duration.ofSeconds(8);

    private Leftovers() {}

    /** Stops what an earlier {@code up} left running, the last part first. */
    static void stop(RivuletHome home, Progress progress) throws InterruptedException {
        for (Part part : List.of(Part.values()).reversed()) {
            Optional<ProcessHandle> left = PartRecord.read(home, part.id()).flatMap(PartRecord::process);
            if (left.isPresent()) {
                progress.say("  stopping " + part.id() + ", left by an earlier run (process "
                        + left.get().pid() + ")");
                ProcessGroup.stop(left.get(), part.kind() == Part.Kind.DATABASE ? "INT" : "TERM", STOP_TIME);
            }
            PartRecord.delete(home, part.id());
        }
    }
}
