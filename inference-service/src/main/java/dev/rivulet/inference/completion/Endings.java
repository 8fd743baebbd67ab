// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.execution.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Waits for the ends of all the sequences of one request. Thread-safe. */
final class Endings {

    private final int expected;
    private final Consumer<List<Ending>> complete;
    private final List<Ending> endings = new ArrayList<>();

    /** @param complete hears once, with the last end, of all of them */
    Endings(int expected, Consumer<List<Ending>> complete) {
        this.expected = expected;
        this.complete = complete;
    }

    synchronized void ended(Ending ending) {
        endings.add(ending);
        if (endings.size() == expected) {
            complete.accept(List.copyOf(endings));
        }
    }

    /** The end that says most of the whole: a failure, else a cancellation, else the latest. */
    static Ending gravest(List<Ending> endings) {
        Ending gravest = endings.getFirst();
        for (Ending ending : endings) {
            int more = Integer.compare(gravity(ending), gravity(gravest));
            boolean later = ending.times().ended() - gravest.times().ended() > 0;
            gravest = more > 0 || more == 0 && later ? ending : gravest;
        }
        return gravest;
    }

    private static int gravity(Ending ending) {
        return switch (ending) {
            case Ending.Failed ignored -> 2;
            case Ending.Cancelled ignored -> 1;
            case Ending.Finished ignored -> 0;
        };
    }
}
