// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import dev.rivulet.agent.Curriculum;
import dev.rivulet.agent.Examiner;
import dev.rivulet.buildings.loop.People.Said;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** What goes on in the houses: each has a thread of its own on which its people speak. */
final class Life implements AutoCloseable {

    private final List<People> houses;
    private final PrintStream remarks;
    private final ExecutorService threads;
    private final AtomicBoolean judging = new AtomicBoolean();
    private final Map<String, int[]> verdicts = new TreeMap<>();
    private List<Future<Void>> judges = List.of();

    Life(List<People> houses, PrintStream remarks) {
        this.houses = List.copyOf(houses);
        this.remarks = remarks;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    /** Share of right answers of each house, in its own words and in common ones. */
    Map<String, Object> measured() throws IOException, InterruptedException {
        return each(people -> {
            Map<String, Object> shares = new LinkedHashMap<>();
            shares.put("own", share(people, people.house().heldOut()));
            shares.put("common", share(people, people.house().common()));
            return shares;
        });
    }

    private static double share(People people, List<Saying> sayings) throws IOException, InterruptedException {
        int right = 0;
        for (Saying saying : sayings) {
            right += people.test(saying) ? 1 : 0;
        }
        return (double) right / sayings.size();
    }

    /** A day in each house, whose words the site keeps. */
    Map<String, Object> day() throws IOException, InterruptedException {
        return each(people -> {
            int liked = 0;
            int corrected = 0;
            for (Saying saying : people.house().daily()) {
                Said said = people.say(saying, true);
                liked += said.liked() ? 1 : 0;
                corrected += said.corrected() ? 1 : 0;
            }
            Map<String, Object> day = new LinkedHashMap<>();
            day.put("said", people.house().daily().size());
            day.put("liked", liked);
            day.put("corrected", corrected);
            return day;
        });
    }

    /** Everybody leaves, and the sites keep no word of anybody. @return of how many answers each house kept words */
    Map<String, Object> forgotten() throws IOException, InterruptedException {
        return each(People::leave);
    }

    /** From now on people go on talking, and agents put the questions that they have set aside, until {@link #rest}. */
    void judge(Map<String, List<Curriculum.Question>> questions) {
        judging.set(true);
        verdicts.clear();
        List<Future<Void>> begun = new ArrayList<>();
        for (People people : houses) {
            List<Curriculum.Question> own =
                    questions.getOrDefault(people.house().name(), List.of());
            begun.add(threads.submit(() -> judge(people, own)));
        }
        judges = begun;
    }

    private Void judge(People people, List<Curriculum.Question> questions) throws InterruptedException {
        Examiner examiner = new Examiner(people.door());
        for (int i = 0; judging.get(); i++) {
            try {
                if (i % 4 == 3 && !questions.isEmpty()) {
                    String session = people.house().name() + "-examination-" + i;
                    Examiner.Marked marked = examiner.examine(questions.get(i / 4 % questions.size()), session);
                    count(marked.version(), marked.right());
                } else {
                    Said said = people.say(people.anything(), false);
                    count(said.version(), said.liked());
                }
            } catch (IOException e) {
                remarks.println(people.house().name() + ": " + e.getMessage());
                Thread.sleep(200);
            }
        }
        return null;
    }

    private synchronized void count(String version, boolean good) {
        int[] counts = verdicts.computeIfAbsent(version, _ -> new int[2]);
        counts[0]++;
        counts[1] += good ? 1 : 0;
    }

    /** Nobody says anything more. @return of each version, verdicts and the share of good ones */
    Map<String, Object> rest() throws IOException, InterruptedException {
        judging.set(false);
        for (Future<Void> judge : judges) {
            result(judge);
        }
        return soFar();
    }

    private synchronized Map<String, Object> soFar() {
        Map<String, Object> told = new LinkedHashMap<>();
        verdicts.forEach((version, counts) ->
                told.put(version, Map.of("verdicts", counts[0], "good", (double) counts[1] / counts[0])));
        return told;
    }

    private interface Doing {
        Object of(People people) throws IOException, InterruptedException;
    }

    private Map<String, Object> each(Doing doing) throws IOException, InterruptedException {
        Map<String, Future<Object>> begun = new LinkedHashMap<>();
        for (People people : houses) {
            Callable<Object> task = () -> doing.of(people);
            begun.put(people.house().name(), threads.submit(task));
        }
        Map<String, Object> done = new LinkedHashMap<>();
        for (Map.Entry<String, Future<Object>> one : begun.entrySet()) {
            done.put(one.getKey(), result(one.getValue()));
        }
        return done;
    }

    private static <T> T result(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        }
    }

    @Override
    public void close() {
        judging.set(false);
        threads.shutdownNow();
    }
}
