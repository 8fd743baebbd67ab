// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.rollouts.RolloutCounts.Shadow;
import dev.rivulet.gateway.routing.Choice;
import dev.rivulet.gateway.routing.Inquiry;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.problems.ProblemCategory;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Mirrors a share of the requests to the candidate and compares its answers with those that callers got. Nobody gets what the
 * candidate says, no key pays for it, and it never waits: what there is no room for is dropped.
 */
final class Shadows {

    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final RolloutProperties settings;
    private final Routes routes;
    private final Answers answers;
    private final ShadowLedger ledger;
    private final Semaphore places;
    private final RandomGenerator random;
    private final LongSupplier nanos;

    /** @param random which requests are mirrored */
    Shadows(
            RolloutProperties settings,
            Routes routes,
            Answers answers,
            ShadowLedger ledger,
            RandomGenerator random,
            LongSupplier nanos) {
        this.settings = settings;
        this.routes = routes;
        this.answers = answers;
        this.ledger = ledger;
        this.places = new Semaphore(settings.shadowConcurrency());
        this.random = random;
        this.nanos = nanos;
    }

    /** The same answer; beside it, the request may go to the candidate. */
    Answer mirror(Ask ask, Answer answer, Answering next, Rollout rollout) {
        if (!mirrored(ask, answer)) {
            return answer;
        }
        Ask shadow = shadowOf(ask).of(rollout.candidate());
        if (isBusy(shadow) || !places.tryAcquire()) {
            ledger.enter(rollout, Shadow.DROPPED, 0);
            return answer;
        }
        Comparison comparison = new Comparison(rollout, answer.isStream(), answers.isGreedy(ask.body()));
        comparison.running = next.answer(shadow)
                .flatMap(candidate -> text(candidate, comparison))
                .timeout(settings.shadowTimeout())
                .doFinally(signal -> places.release())
                .subscribe(
                        comparison::candidate,
                        failure -> comparison.end(isForLackOfRoom(failure) ? Shadow.DROPPED : Shadow.FAILED),
                        () -> comparison.end(Shadow.FAILED));
        return answer.with(answer.body()
                .doOnNext(comparison::add)
                .doOnComplete(comparison::ended)
                .doOnError(failure -> comparison.end(Shadow.ENDED))
                .doOnCancel(() -> comparison.end(Shadow.ENDED)));
    }

    private boolean mirrored(Ask ask, Answer answer) {
        boolean generates =
                ask.path().equals(Endpoint.CHAT.path()) || ask.path().equals(Endpoint.TEXT.path());
        return generates && answer.status() == 200 && random.nextDouble() < settings.shadowShare();
    }

    /** The candidate is not there, or its replica has so much to do that a mirrored request would hold up others. */
    private boolean isBusy(Ask shadow) {
        return !(routes.look(Inquiry.of(shadow, Set.of())) instanceof Choice.Chosen chosen
                && chosen.served().outstandingTokens() <= settings.shadowOutstanding());
    }

    /** A passage of its own: nothing of it is told to the caller or counted for his key. */
    private Ask shadowOf(Ask ask) {
        Passage original = ask.passage();
        Passage own = new Passage("shadow-" + original.id(), nanos);
        own.caller(new Caller(original.caller(), Set.of(), Caller.Priority.LOW));
        own.model(ask.envelope().model());
        own.allowed(settings.shadowTimeout());
        original.session().ifPresent(own::session);
        if (original.isSiteOnly()) {
            own.siteOnly();
        }
        return ask.in(own);
    }

    /** A mirrored request goes behind all others: that there was no room for it says nothing of the candidate. */
    private static boolean isForLackOfRoom(Throwable failure) {
        return failure instanceof ProblemException problem
                && (problem.problem().code() == ProblemCode.NO_REPLICA
                        || problem.problem().code().category() == ProblemCategory.CAPACITY);
    }

    /** The text of an answer; empty if it is none that can be compared. */
    private Mono<String> text(Answer answer, Comparison comparison) {
        if (answer.status() != 200) {
            answer.abandon().run();
            if (answer.status() == TOO_MANY || answer.status() == UNAVAILABLE) {
                comparison.end(Shadow.DROPPED);
            }
            return Mono.empty();
        }
        return answer.bytes(settings.shadowAnswer().toBytes())
                .flatMap(body -> Mono.justOrEmpty(answers.text(body, answer.isStream())));
    }

    /** The answers to one request, which end in any order; the first end that settles it counts. */
    private final class Comparison {

        private final Rollout rollout;
        private final boolean stream;
        private final boolean greedy;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
        private volatile @Nullable Disposable running;
        private @Nullable String given;
        private @Nullable String said;

        Comparison(Rollout rollout, boolean stream, boolean greedy) {
            this.rollout = rollout;
            this.stream = stream;
            this.greedy = greedy;
        }

        synchronized void add(ByteBuf bytes) {
            if (!open.get()) {
                return;
            }
            if (copy.size() + bytes.readableBytes() > settings.shadowAnswer().toBytes()) {
                end(Shadow.ENDED);
                return;
            }
            byte[] part = new byte[bytes.readableBytes()];
            bytes.getBytes(bytes.readerIndex(), part);
            copy.writeBytes(part);
        }

        /** What the caller got has ended. */
        synchronized void ended() {
            if (open.get()) {
                Optional<String> text = answers.text(copy.toByteArray(), stream);
                text.ifPresentOrElse(one -> given = one, () -> end(Shadow.ENDED));
                settle();
            }
        }

        synchronized void candidate(String text) {
            said = text;
            settle();
        }

        /** It comes to this, unless it has come to something already; the candidate's work is dropped. */
        void end(Shadow outcome) {
            end(outcome, 0);
        }

        private void end(Shadow outcome, int agreed) {
            if (open.compareAndSet(true, false)) {
                ledger.enter(rollout, outcome, agreed);
                copy.reset();
                Disposable work = running;
                if (work != null) {
                    work.dispose();
                }
            }
        }

        private void settle() {
            String one = given;
            String other = said;
            if (one == null || other == null || !open.get()) {
                return;
            }
            int difference = Arrays.mismatch(one.toCharArray(), other.toCharArray());
            end(!greedy ? Shadow.SAMPLED : difference < 0 ? Shadow.EQUAL : Shadow.DIFFERENT, Math.max(0, difference));
        }
    }
}
