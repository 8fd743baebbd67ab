// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs wait, which run and what may be committed: pure, without threads, clocks or brokers. A job that was there before, by
 * its id, is left out. Jobs of one key run one after the other. A job that was begun before and did not end may be what killed its
 * replica: it runs alone, so that it takes no other one with it and is known if it does so again. Not thread-safe.
 */
public final class JobBoard {

    private static final int REMEMBERED = 4_096;
    private static final int WIDEST_SPAN = 512;

    /** A job at its place in the log. */
    public record Placed(int partition, long offset, Job job) {}

    /** What to commit for one partition. */
    public record Position(long offset, String metadata) {}

    private final int buffer;
    private final Map<Integer, OffsetLedger> ledgers = new HashMap<>();
    private final Map<Integer, Map<String, Boolean>> seen = new HashMap<>();
    private final Deque<Placed> waiting = new ArrayDeque<>();
    private final Map<String, Placed> running = new HashMap<>();
    private final Set<Integer> changed = new HashSet<>();

    /** @param buffer jobs that may wait here */
    public JobBoard(int buffer) {
        this.buffer = buffer;
    }

    /** A partition is ours from now on. */
    public void assigned(int partition, OffsetLedger ledger) {
        ledgers.put(partition, ledger);
        seen.put(partition, new LinkedHashMap<>());
    }

    /** A partition is ours no more; returns its jobs that run. */
    public List<Placed> revoked(int partition) {
        ledgers.remove(partition);
        seen.remove(partition);
        changed.remove(partition);
        waiting.removeIf(placed -> placed.partition() == partition);
        List<Placed> dropped = running.values().stream()
                .filter(placed -> placed.partition() == partition)
                .toList();
        dropped.forEach(placed -> running.remove(placed.job().id()));
        return dropped;
    }

    /** Takes a job in; one that is done, or is there twice, is left out. */
    public void accept(Placed placed) {
        accept(placed, placed.job().id());
    }

    /**
     * Takes a job in; one that is done is left out.
     *
     * @param identity so is one of whose identity there was another in its partition
     */
    public void accept(Placed placed, String identity) {
        OffsetLedger ledger = ledgers.get(placed.partition());
        if (ledger == null) {
            return;
        }
        boolean fresh = remember(placed.partition(), identity);
        if (!ledger.begin(placed.offset())) {
            return;
        }
        if (fresh) {
            waiting.add(placed);
        } else {
            leave(placed.partition(), placed.offset());
        }
    }

    /** A record that is no job; says whether it has not been dealt with before. */
    public boolean skip(int partition, long offset) {
        OffsetLedger ledger = ledgers.get(partition);
        if (ledger == null || !ledger.begin(offset)) {
            return false;
        }
        leave(partition, offset);
        return true;
    }

    private boolean remember(int partition, String id) {
        Map<String, Boolean> ids = seen.computeIfAbsent(partition, one -> new LinkedHashMap<>());
        boolean fresh = ids.put(id, true) == null;
        if (ids.size() > REMEMBERED) {
            Iterator<String> oldest = ids.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return fresh;
    }

    /**
     * The next jobs to run, so that no more than {@code most} run at once. They count as running, and as begun once more, from now
     * on; that is to be committed before they run.
     */
    public List<Placed> next(int most) {
        List<Placed> next = doubtful()
                .map(placed -> running.isEmpty() && most > 0 ? List.of(placed) : List.<Placed>of())
                .orElseGet(() -> others(most));
        for (Placed placed : next) {
            waiting.remove(placed);
            running.put(placed.job().id(), placed);
            ledger(placed.partition()).run(placed.offset());
            changed.add(placed.partition());
        }
        return next;
    }

    /** The first job that was begun before, among those that run or wait. */
    private Optional<Placed> doubtful() {
        return running.values().stream().anyMatch(placed -> begun(placed) > 1)
                ? running.values().stream().findFirst()
                : waiting.stream().filter(placed -> begun(placed) > 0).findFirst();
    }

    private List<Placed> others(int most) {
        List<Placed> others = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        running.values().forEach(placed -> taken.add(placed.job().key()));
        Iterator<Placed> queue = waiting.iterator();
        while (queue.hasNext() && running.size() + others.size() < most) {
            Placed placed = queue.next();
            if (taken.add(placed.job().key())) {
                others.add(placed);
            }
        }
        return others;
    }

    /** How often a job of ours was begun, this time included once it runs. */
    public int begun(Placed placed) {
        return ledger(placed.partition()).begun(placed.offset());
    }

    /** What runs is given back: whoever takes it need not doubt it. */
    public void giveBack(int partition) {
        for (Placed placed : running.values()) {
            if (placed.partition() == partition) {
                ledger(partition).giveBack(placed.offset());
                changed.add(partition);
            }
        }
    }

    private OffsetLedger ledger(int partition) {
        return Objects.requireNonNull(ledgers.get(partition));
    }

    /** Takes a job out because it ended; {@code false} if it is not here, so that its result must not be told. */
    public boolean end(Placed placed) {
        boolean here = running.remove(placed.job().id(), placed) || waiting.remove(placed);
        if (here) {
            leave(placed.partition(), placed.offset());
        }
        return here;
    }

    private void leave(int partition, long offset) {
        ledger(partition).end(offset);
        changed.add(partition);
    }

    /** The job with this id, waiting or running. */
    public Optional<Placed> find(String id) {
        @Nullable Placed runs = running.get(id);
        return runs != null
                ? Optional.of(runs)
                : waiting.stream()
                        .filter(placed -> placed.job().id().equals(id))
                        .findFirst();
    }

    /** Whether no more jobs should be fetched now. */
    public boolean full() {
        return waiting.size() >= buffer || ledgers.values().stream().anyMatch(ledger -> ledger.span() > WIDEST_SPAN);
    }

    /** What changed since the last commit, by partition. */
    public Map<Integer, Position> uncommitted() {
        Map<Integer, Position> positions = new HashMap<>();
        for (int partition : changed) {
            OffsetLedger ledger = ledger(partition);
            positions.put(partition, new Position(ledger.position(), ledger.metadata()));
        }
        return positions;
    }

    /** Everything so far is committed. */
    public void committed() {
        changed.clear();
    }

    public int running() {
        return running.size();
    }

    public int waiting() {
        return waiting.size();
    }
}
