// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What is known of one job: itself and its parts, for those who read along at their own pace. Thread-safe. */
final class JobLog {

    private static final int AT_ONCE = 64;
    private static final int LARGEST = 2 << 20;

    private final List<JobPart> parts = new ArrayList<>();
    private @Nullable Job job;
    private Job.@Nullable Begun early;
    private Job.@Nullable Result result;
    private final List<Account> accounts = new ArrayList<>();
    private boolean cancelAsked;
    private boolean screened;
    private boolean taken;
    private @Nullable Instant forgottenAt;
    private CompletableFuture<Void> changed = new CompletableFuture<>();
    private int bytes;

    /** Hears once how a job ended, and which parts of its answer were told before; must not wait. */
    @FunctionalInterface
    interface Account {

        void settle(Job end, List<JobPart> told);
    }

    /** What a reader gets next. */
    record News(List<JobPart> parts, @Nullable Job end) {}

    /** The job as it is known now; {@code null} while only its parts or its end are known, which may be read first. */
    synchronized @Nullable Job job() {
        return forgottenAt == null ? job : null;
    }

    /** When somebody wanted it to be known no more; {@code null} where nobody did. */
    synchronized @Nullable Instant forgottenAt() {
        return forgottenAt;
    }

    synchronized boolean ended() {
        return result != null;
    }

    synchronized int bytes() {
        return bytes + (result == null ? 0 : result.body().length) + (job == null ? 0 : job.note().length);
    }

    /** This gateway takes the job, and says what becomes of it. */
    synchronized void taken() {
        taken = true;
    }

    synchronized boolean isTaken() {
        return taken;
    }

    /**
     * Takes note of the job itself; says whether it was not known.
     *
     * @param toScreen whether its parts are told only if they come by {@link #part} as screened ones
     */
    synchronized boolean submitted(Job fresh, boolean toScreen) {
        if (job != null || forgottenAt != null) {
            return false;
        }
        if (toScreen) {
            screened = true;
            parts.replaceAll(part -> part.with(new byte[0]));
            bytes = 0;
        }
        Job known = early == null ? fresh : fresh.begun(early);
        known = cancelAsked ? known.cancelling() : known;
        job = result == null ? known : known.ended(result);
        change();
        return true;
    }

    synchronized void withoutNote() {
        job = job == null ? null : job.withoutNote();
    }

    /** Nothing of it is kept but that it is gone; readers are told that it has ended. */
    synchronized void forgotten(Instant at) {
        Job.Result gone = new Job.Result(Job.Outcome.CANCELLED, 0, "application/json", new byte[0], "", 0, at, at);
        ended(gone);
        forgottenAt = at;
        parts.clear();
        bytes = 0;
        result = gone;
        job = job == null ? null : job.withoutNote().ended(gone);
        change();
    }

    synchronized void cancelled() {
        cancelAsked = true;
        job = job == null ? null : job.cancelling();
    }

    /** Takes a part that was not there before; after a restart it may be read later than the result. */
    synchronized void part(JobPart told, boolean room, boolean isScreened) {
        JobPart part = screened && !isScreened ? told.with(new byte[0]) : told;
        if (forgottenAt != null || (!parts.isEmpty() && parts.getLast().offset() >= part.offset())) {
            return;
        }
        if (part.sequence() == 0) {
            early = new Job.Begun(part.run(), part.replica(), Instant.ofEpochMilli(part.atMillis()));
            job = job == null ? null : job.begun(early);
        }
        if (part.sequence() == 0 || (room && bytes + part.events().length <= LARGEST)) {
            parts.add(part);
            bytes += part.events().length;
            change();
        }
    }

    /** Whether this result holds over what is known: it is the first, or an answer after a failure. */
    synchronized boolean wants(Job.Result end) {
        return result == null || result.outcome() == Job.Outcome.FAILED && end.outcome() == Job.Outcome.COMPLETED;
    }

    /** Takes the result; says whether it is the first. An answer holds over a failure: the job was sent back from the dead letters. */
    synchronized boolean ended(Job.Result end) {
        if (!wants(end)) {
            return false;
        }
        if (result != null) {
            result = end;
            job = job == null ? null : job.ended(end);
            change();
            return false;
        }
        result = end;
        job = job == null ? null : job.ended(end);
        if (job != null) {
            settle(job);
        }
        change();
        return true;
    }

    /** Has an account settled before any reader hears of the end, on the thread that brings it. */
    synchronized void account(Account account) {
        accounts.add(account);
        if (job != null && result != null) {
            settle(job);
        }
    }

    private void settle(Job end) {
        accounts.forEach(account -> account.settle(end, List.copyOf(parts)));
        accounts.clear();
    }

    private void change() {
        CompletableFuture<Void> before = changed;
        changed = new CompletableFuture<>();
        before.completeAsync(() -> null);
    }

    /** The parts after this offset and the end, as soon as there is one of them. */
    Mono<News> after(long offset) {
        return Mono.defer(() -> {
            CompletableFuture<Void> change;
            synchronized (this) {
                News news = now(offset);
                if (!news.parts().isEmpty() || news.end() != null) {
                    return Mono.just(news);
                }
                change = changed;
            }
            return Mono.fromFuture(() -> change, true).then(after(offset));
        });
    }

    private News now(long offset) {
        List<JobPart> fresh = parts.stream()
                .filter(part -> part.offset() > offset)
                .limit(AT_ONCE)
                .toList();
        boolean all = fresh.isEmpty() || fresh.getLast() == parts.getLast();
        return new News(fresh, all && result != null ? job : null);
    }

    /** Completes with the job once it has ended. */
    Mono<Job> end() {
        return after(Long.MAX_VALUE).flatMap(news -> Mono.justOrEmpty(news.end()));
    }
}
