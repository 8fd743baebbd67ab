// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.jobs.JobBoard.Placed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A log of jobs with twins, a board that runs them in any order, and crashes that lose all that was not committed: at random, and
 * by jobs that kill whoever runs them.
 */
class JobBoardSimulation {

    private static final int PARTITIONS = 3;
    private static final int MOST = 4;
    private static final int ATTEMPTS = 3;

    private final Map<Integer, List<Job>> log = new HashMap<>();
    private final Map<Integer, JobBoard.Position> committed = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final List<String> results = new ArrayList<>();
    private final List<Placed> running = new ArrayList<>();
    private final Set<String> givenUp = new HashSet<>();
    private final Map<String, Integer> lost = new HashMap<>();
    private JobBoard board = new JobBoard(8);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyJobHasOneResultWhateverIsLost(long seed) {
        System.out.println("JobBoardSimulation seed " + seed);
        Random random = new Random(seed);
        Set<String> submitted = submit(random);
        begin();
        int steps = 0;
        while (results.size() < submitted.size() && steps++ < 20_000) {
            step(random);
        }

        assertThat(results).doesNotHaveDuplicates();
        assertThat(results.size()).isEqualTo(submitted.size());
        assertThat(givenUp)
                .containsAll(
                        submitted.stream().filter(JobBoardSimulation::kills).toList());
        assertThat(givenUp)
                .as("nobody is given up who was not lost so often")
                .allMatch(id -> lost.getOrDefault(id, 0) >= ATTEMPTS);
        assertThat(givenUp.stream().filter(id -> !kills(id)))
                .as("bad luck is rare")
                .hasSizeLessThan(4);
    }

    private static boolean kills(String id) {
        return id.endsWith("77");
    }

    private Set<String> submit(Random random) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            String id = "job-" + random.nextInt(200);
            ids.add(id);
            String key = random.nextInt(3) == 0 ? "session-" + id.hashCode() % 5 : id;
            log.computeIfAbsent(Math.floorMod(key.hashCode(), PARTITIONS), one -> new ArrayList<>())
                    .add(new Job(id, keyOf(id), "t", "normal", "/v1/x", new byte[0], false, Instant.MAX));
        }
        // A twin always has the key of its first, and so its partition.
        Map<String, Integer> home = new HashMap<>();
        log.forEach((partition, jobs) -> jobs.removeIf(
                job -> home.computeIfAbsent(job.id(), one -> partition).intValue() != partition));
        return ids;
    }

    private static String keyOf(String id) {
        return "key-" + id.length() + id.charAt(id.length() - 1);
    }

    private void step(Random random) {
        int partition = random.nextInt(PARTITIONS);
        long next = read.getOrDefault(partition, 0L);
        if (!board.full() && next < records(partition).size()) {
            board.accept(new Placed(partition, next, records(partition).get((int) next)));
            read.put(partition, next + 1);
        }
        List<Placed> begun = board.next(MOST);
        commit(List.of());
        if (!run(begun)) {
            crash();
            return;
        }
        assertThat(running).hasSizeLessThanOrEqualTo(MOST);
        assertThat(running.stream().map(placed -> placed.job().key())).doesNotHaveDuplicates();
        List<String> told = new ArrayList<>();
        if (!running.isEmpty() && random.nextInt(3) == 0) {
            Placed ended = running.remove(random.nextInt(running.size()));
            assertThat(board.end(ended)).isTrue();
            told.add(ended.job().id());
        }
        if (random.nextInt(40) == 0) {
            told.forEach(id -> lost.merge(id, 1, Integer::sum));
            crash();
            return;
        }
        commit(told);
        if (random.nextInt(60) == 0) {
            board.giveBack(partition);
            commit(List.of());
            running.removeAll(board.revoked(partition));
            assign(partition);
        }
    }

    /** Runs jobs, and gives up those that were begun too often; says whether whoever runs them lives on. */
    private boolean run(List<Placed> begun) {
        for (Placed placed : begun) {
            if (board.begun(placed) > ATTEMPTS) {
                givenUp.add(placed.job().id());
                assertThat(board.end(placed)).isTrue();
                commit(List.of(placed.job().id()));
            } else {
                running.add(placed);
            }
        }
        return running.stream().noneMatch(placed -> kills(placed.job().id()));
    }

    private void commit(List<String> told) {
        results.addAll(told);
        committed.putAll(board.uncommitted());
        board.committed();
    }

    private void crash() {
        board = new JobBoard(8);
        running.forEach(placed -> lost.merge(placed.job().id(), 1, Integer::sum));
        running.clear();
        begin();
    }

    private void begin() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assign(partition);
        }
    }

    private void assign(int partition) {
        JobBoard.Position position = committed.getOrDefault(partition, new JobBoard.Position(0, ""));
        board.assigned(partition, new OffsetLedger(position.offset(), position.metadata()));
        for (long offset = 0; offset < position.offset(); offset++) {
            board.accept(new Placed(partition, offset, records(partition).get((int) offset)));
        }
        read.put(partition, position.offset());
    }

    private List<Job> records(int partition) {
        return Objects.requireNonNull(log.get(partition));
    }
}
