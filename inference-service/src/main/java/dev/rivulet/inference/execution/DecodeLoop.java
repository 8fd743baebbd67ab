// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.Adapters;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.BatchState;
import dev.rivulet.inference.scheduling.Occupancy;
import dev.rivulet.inference.scheduling.Prefix;
import dev.rivulet.inference.scheduling.Progress;
import dev.rivulet.inference.scheduling.Scheduler;
import dev.rivulet.inference.scheduling.SchedulingLimits;
import dev.rivulet.inference.scheduling.SequenceId;
import dev.rivulet.inference.scheduling.Signal;
import dev.rivulet.inference.scheduling.StepOutcome;
import dev.rivulet.inference.scheduling.StepPlan;
import dev.rivulet.inference.scheduling.StepPlan.Departure;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one model version: takes in signals, plans, runs the plan, hands text out, and again. It waits for new work when
 * there is none and never for a reader.
 *
 * <p>A decode step or a prefill that throws ends the sequences that it was for. A fault between them, while slots are moved, ends
 * all that hold a slot, whose KV cache is then unknown. An {@link Error} ends the loop.
 */
final class DecodeLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DecodeLoop.class);
    private static final Duration LONGEST_STEP = Duration.ofSeconds(5);
    private static final long LONGEST_NAP = Duration.ofMinutes(1).toNanos();

    private final ModelVersion version;
    private final LanguageModel model;
    private final Drafter drafter;
    private final SchedulingLimits limits;
    private final LoopListener listener;
    private final Consumer<DecodeLoop> broken;
    private final LongSupplier clock;
    private final StepRunner runner;
    private final BlockHashing hashing;
    private final Map<SequenceId, ActiveSequence> sequences = new ConcurrentHashMap<>();
    private final Queue<Signal> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private final Set<Integer> retired = new HashSet<>();
    private final Thread thread;
    private BatchState state;
    private volatile Occupancy occupancy;
    private volatile boolean accepting = true;
    private volatile boolean stopped;

    DecodeLoop(
            ModelVersion version,
            LanguageModel model,
            Drafter drafter,
            SchedulingLimits limits,
            LoopListener listener,
            Consumer<DecodeLoop> broken,
            LongSupplier clock) {
        this.version = version;
        this.model = model;
        this.drafter = drafter;
        this.limits = limits;
        this.listener = listener;
        this.broken = broken;
        this.clock = clock;
        this.runner = new StepRunner(model.decoder(), drafter, sequences, clock);
        this.hashing = limits.cachedPrefixes() > 0 ? BlockHashing.random() : BlockHashing.OFF;
        this.state = BatchState.empty(limits);
        this.occupancy = state.occupancy();
        this.thread =
                Thread.ofPlatform().name("decode-" + version.model()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    ModelVersion version() {
        return version;
    }

    LanguageModel model() {
        return model;
    }

    /** As of the last step. */
    Occupancy occupancy() {
        return occupancy;
    }

    /** Tokens generated since the start. */
    long tokensGenerated() {
        return tokens.get();
    }

    /** Whether the loop takes sequences. */
    boolean accepting() {
        return accepting;
    }

    /** Sequences in the loop, those included that it has not taken in yet. */
    int size() {
        return sequences.size();
    }

    /**
     * Hands in a new sequence; empty if the loop takes none: it drains, has stopped or holds all it may.
     *
     * @param whenEnded hears on the loop thread how it ended; must be quick
     */
    Optional<Generation> submit(GenerationRequest request, Consumer<Ending> whenEnded) {
        return submit(request, Adapters.NONE, whenEnded);
    }

    /** The same with an adapter of the model, whose keys and values no other one may find. */
    Optional<Generation> submit(GenerationRequest request, int adapter, Consumer<Ending> whenEnded) {
        String tenant = request.terms().tenant();
        BlockHasher hasher =
                hashing.hasher(adapter == Adapters.NONE ? tenant : adapter + "\0" + tenant, request.media());
        Prefix prefix = new Prefix(hasher.upTo(request.prompt(), request.prompt().length));
        return handIn(request, adapter, hasher, prefix, whenEnded);
    }

    private synchronized Optional<Generation> handIn(
            GenerationRequest request, int adapter, BlockHasher hasher, Prefix prefix, Consumer<Ending> whenEnded) {
        if (!accepting || retired.contains(adapter) || sequences.size() >= limits.sequences()) {
            return Optional.empty();
        }
        SequenceId id = new SequenceId(ids.incrementAndGet());
        Outbox outbox =
                new Outbox(request.outboxCharacters(), () -> signal(new Signal.ReaderResumed(id, clock.getAsLong())));
        long now = clock.getAsLong();
        ActiveSequence sequence = new ActiveSequence(
                id,
                request,
                model.tokenizer().detokenizer(),
                model.facts().endTokens(),
                outbox,
                whenEnded,
                hasher,
                drafter,
                adapter,
                now);
        sequences.put(id, sequence);
        signal(new Signal.Submitted(id, request.prompt().length, request.maxTokens(), request.terms(), prefix, now));
        return Optional.of(new Generation(version, outbox, () -> gone(id)));
    }

    private void gone(SequenceId id) {
        if (sequences.containsKey(id)) {
            signal(new Signal.ReaderGone(id));
        }
    }

    private void signal(Signal signal) {
        inbox.add(signal);
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!stopped) {
                turn();
            }
            endAll(Problem.of(
                    ProblemCode.DRAINING, "The replica stopped serving this model version; send the request again."));
        } catch (Throwable e) {
            LOG.error("The loop of {} ended", version, e);
            refuseMore();
            endAll(Problem.of(
                    ProblemCode.INTERNAL_ERROR, "The model stopped with a fault; the replica's log says more."));
            listener.broken(version);
            broken.accept(this);
        }
    }

    private void turn() {
        state = state.signalled(drain());
        StepPlan plan = Scheduler.plan(state, clock.getAsLong());
        plan.departures().forEach(this::depart);
        if (plan.idle()) {
            state = state.apply(new StepOutcome(plan, List.of(), List.of(), 0, 0, clock.getAsLong()));
            occupancy = state.occupancy();
            nap(plan.wakeAt());
            return;
        }
        try {
            advance(plan);
        } catch (RuntimeException e) {
            LOG.error("A step of {} failed; the sequences in it end", version, e);
            endSeated(plan);
        }
        occupancy = state.occupancy();
    }

    private List<Signal> drain() {
        List<Signal> signals = new ArrayList<>();
        for (Signal signal = inbox.poll(); signal != null; signal = inbox.poll()) {
            signals.add(signal);
        }
        return signals;
    }

    private void advance(StepPlan plan) {
        long start = clock.getAsLong();
        StepOutcome outcome = runner.run(plan);
        state = state.apply(outcome);
        int picked = outcome.progress().isEmpty() ? 0 : kept(plan, outcome);
        for (Progress progress : outcome.progress()) {
            picked += progress.generated() > 0 ? 1 : 0;
            if (progress.finished()) {
                leave(progress.id());
            }
        }
        outcome.failed().forEach(id -> end(id, failedStep()));
        tokens.addAndGet(picked);
        listener.stepped(version, plan, outcome.at() - start);
    }

    /** Drafted tokens that became part of answers. */
    private static int kept(StepPlan plan, StepOutcome outcome) {
        int kept = 0;
        for (StepPlan.Verification one : plan.verifications()) {
            kept += outcome.progress().stream()
                    .filter(progress -> progress.id().equals(one.id()))
                    .mapToInt(progress -> progress.computed() - one.position() - 1)
                    .sum();
        }
        return kept;
    }

    private void nap(OptionalLong wakeAt) {
        if (!inbox.isEmpty() || stopped) {
            return;
        }
        long nanos = wakeAt.isEmpty() ? LONGEST_NAP : wakeAt.getAsLong() - clock.getAsLong();
        LockSupport.parkNanos(this, Math.clamp(nanos, 1_000_000, LONGEST_NAP));
    }

    private void depart(Departure departure) {
        ActiveSequence sequence = sequences.get(departure.id());
        if (sequence == null) {
            return;
        }
        long now = clock.getAsLong();
        switch (departure.reason()) {
            case READER_GONE -> sequence.cancel(now);
            case DEADLINE ->
                sequence.fail(
                        Problem.of(
                                ProblemCode.DEADLINE_EXCEEDED,
                                "The time that the request allowed ran out before its answer was complete."),
                        now);
            case QUEUE_TIMEOUT ->
                sequence.fail(
                        Problem.of(
                                        ProblemCode.QUEUE_TIMEOUT,
                                        "The request waited "
                                                + limits.queueTimeout().toSeconds()
                                                + " s for a free slot; send it again later.")
                                .retryAfter(limits.queueTimeout()),
                        now);
            case READER_STALLED ->
                sequence.fail(
                        Problem.of(
                                ProblemCode.DEADLINE_EXCEEDED,
                                "The reader took no text for "
                                        + limits.stallTimeout().toSeconds() + " s."),
                        now);
        }
        leave(departure.id());
    }

    private void leave(SequenceId id) {
        ActiveSequence sequence = sequences.remove(id);
        if (sequence != null) {
            sequence.left(ending -> listener.ended(version, ending));
        }
    }

    private void endSeated(StepPlan plan) {
        BatchState arranged = plan.arranged();
        arranged.seated().forEach(id -> end(id, failedStep()));
        state = arranged.withoutSeated();
    }

    private static Problem failedStep() {
        return Problem.of(ProblemCode.INTERNAL_ERROR, "The model failed in this step; send the request again.");
    }

    private void endAll(Problem problem) {
        List.copyOf(sequences.keySet()).forEach(id -> end(id, problem));
        state = BatchState.empty(limits);
        occupancy = state.occupancy();
    }

    private void end(SequenceId id, Problem problem) {
        ActiveSequence sequence = sequences.get(id);
        if (sequence != null) {
            if (!sequence.ended()) {
                sequence.fail(problem, clock.getAsLong());
            }
            leave(id);
        }
    }

    /** Takes no more sequences of an adapter. */
    synchronized void refuse(int adapter) {
        retired.add(adapter);
    }

    /** Whether a sequence uses an adapter. */
    boolean uses(int adapter) {
        return sequences.values().stream().anyMatch(sequence -> sequence.adapter() == adapter);
    }

    /** Takes no more sequences; those it has go on. */
    synchronized void refuseMore() {
        accepting = false;
    }

    /** Ends what still runs with an error and frees the model. Waits for the step that runs, 5 s at most. */
    @Override
    public void close() {
        refuseMore();
        stopped = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(LONGEST_STEP)) {
                LOG.warn("A step of {} doesn't end; its memory is not freed", version);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try (model) {
            drafter.close();
        }
    }
}
