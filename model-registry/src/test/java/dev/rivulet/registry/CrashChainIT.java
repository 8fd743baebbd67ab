// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writer, broker, reader and database, each a process, are killed with signal 9 between every two steps of a fact on its way from
 * outbox to effect, while changes go on. A seed is a step, a victim and how many changes come before and after.
 */
@Tag("long")
@ExtendWith(OnChain.class)
class CrashChainIT {

    private static final int SEEDS = Integer.getInteger("rivulet.test.crash-seeds", 200);
    /** The first of them, so that they can be run in pieces. */
    private static final int FIRST = Integer.getInteger("rivulet.test.crash-first", 0);

    private static final int STEPS = Gate.Step.values().length;
    private static final int VICTIMS = Chain.Part.values().length;

    private static final AtomicInteger KILLS = new AtomicInteger();
    private static final AtomicInteger CHANGES = new AtomicInteger();
    private static final AtomicInteger UNKNOWN = new AtomicInteger();

    /** Every step with every victim, again and again. */
    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + SEEDS);
    }

    @AfterAll
    static void tell() {
        System.out.printf(
                "CrashChainIT: %d kills, %d changes accepted, %d refused or unanswered%n",
                KILLS.get(), CHANGES.get(), UNKNOWN.get());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noFactIsLostNoneAppliedTwiceAndTheirOrderHolds(long seed, Chain chain) throws Exception {
        Gate.Step step = Gate.Step.values()[(int) (seed % STEPS)];
        Chain.Part victim = Chain.Part.values()[(int) (seed / STEPS % VICTIMS)];
        Random random = new Random(seed);
        String model = "chain-" + seed;
        chain.read();
        chain.model(model);

        long accepted;
        try (Changer changer = new Changer(chain.registry(), model)) {
            changer.awaitMore(1 + random.nextInt(8));
            try (Gate gate = new Gate(chain, step)) {
                gate.awaitFact();
                chain.kill(victim);
            }
            chain.start(victim);
            changer.awaitMore(1 + random.nextInt(8));
            changer.close();
            accepted = changer.revision();
            CHANGES.addAndGet(changer.accepted());
            UNKNOWN.addAndGet(changer.refused());
        }

        KILLS.incrementAndGet();
        long last = chain.revision(model);
        assertThat(last).isGreaterThanOrEqualTo(accepted);
        assertThat(chain.applied(model))
                .as("%s killed at %s, seed %d", victim, step, seed)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
    }
}
