// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Work that takes a random time and may go wrong in every way there is. */
final class RandomWork implements Stage {

    private final Random random;
    private final boolean calm;
    private final VirtualTime time;
    private final Consumer<StageSpec> entered;
    private final Consumer<StageSpec> left;

    RandomWork(Random random, boolean calm, VirtualTime time, Consumer<StageSpec> entered, Consumer<StageSpec> left) {
        this.random = random;
        this.calm = calm;
        this.time = time;
        this.entered = entered;
        this.left = left;
    }

    @Override
    public Stopping begin(Call call) {
        entered.accept(call.stage());
        Presence presence = new Presence(call.stage());
        int how = calm ? 0 : random.nextInt(12);
        if (how == 1) {
            presence.leave();
            throw new IllegalStateException("at once");
        }
        Runnable pending = time.after(Duration.ofMillis(1 + random.nextInt(60)), () -> end(call, presence, how));
        if (how == 2) {
            // It never answers: only its stop ends it.
            pending.run();
        }
        return why -> {
            pending.run();
            presence.leave();
        };
    }

    private void end(Call call, Presence presence, int how) {
        if (call.stage().kind().equals("parts")) {
            Source source = new Source(presence, random.nextInt(6), calm ? 0 : random.nextInt(5));
            call.stream(source);
            if (how == 3) {
                call.succeed("too late");
            }
            return;
        }
        presence.leave();
        switch (how) {
            case 3 -> {
                call.succeed("once");
                call.succeed("twice");
                call.fail(new IllegalStateException("after all"));
            }
            case 4, 5 -> call.fail(new IllegalStateException("in the end"));
            default -> call.succeed("value");
        }
    }

    /** Whether the work is there, as far as the limit of the stage counts it. */
    private final class Presence {

        private final StageSpec stage;
        private boolean gone;

        Presence(StageSpec stage) {
            this.stage = stage;
        }

        void leave() {
            if (!gone) {
                gone = true;
                left.accept(stage);
            }
        }
    }

    /** Numbers, each some time after it was asked for; may break off. */
    private final class Source implements Flow.Publisher<Object>, Flow.Subscription {

        private final Presence presence;
        private final int parts;
        private final boolean breaks;
        private int next;
        private boolean over;
        private Flow.@Nullable Subscriber<? super Object> reader;

        Source(Presence presence, int parts, int how) {
            this.presence = presence;
            this.parts = calm ? parts + 1 : parts;
            this.breaks = how == 1;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super Object> subscriber) {
            reader = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (n != 1) {
                throw new AssertionError("the reader asks for one at a time, not for " + n);
            }
            time.after(Duration.ofMillis(random.nextInt(10)), this::tell);
        }

        private void tell() {
            Flow.Subscriber<? super Object> to = reader;
            if (over || to == null) {
                return;
            }
            if (next < parts) {
                to.onNext(next++);
                if (next < parts || over) {
                    return;
                }
            }
            over = true;
            presence.leave();
            if (breaks) {
                to.onError(new IllegalStateException("broken off"));
            } else {
                to.onComplete();
            }
        }

        @Override
        public void cancel() {
            over = true;
            presence.leave();
        }
    }
}
