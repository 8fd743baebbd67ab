// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Whom one federation asks about its newest version: as many devices as wanted, drawn from those that no round wants, each until it has
 * answered, and others in place of those that are slow or can't. Who was asked is in memory alone: after a start those who have not
 * answered are asked anew. Safe for threads.
 */
public final class Asking {

    private final LongFunction<Set<String>> kept;
    private final RandomGenerator random;
    private final Set<String> done = new HashSet<>();
    private final Map<String, Instant> asked = new HashMap<>();
    private long version;
    private int answers;

    /**
     * @param kept devices whose answer about a version is kept
     * @param random draws the devices
     */
    public Asking(LongFunction<Set<String>> kept, RandomGenerator random) {
        this.kept = kept;
        this.random = random;
    }

    /**
     * Devices to ask now, which count as asked from here on.
     *
     * @param newest version of the federation
     * @param idle devices that wait and that no round wants
     */
    public synchronized Set<String> next(EvaluationSettings wanted, long newest, Collection<String> idle, Instant now) {
        if (!wanted.measures(newest)) {
            return Set.of();
        }
        about(newest);
        asked.values().removeIf(until -> !now.isBefore(until));
        int missing = wanted.devices() - answers - asked.size();
        if (missing <= 0) {
            return Set.of();
        }
        List<String> free = new ArrayList<>(idle);
        free.removeIf(device -> done.contains(device) || asked.containsKey(device));
        Collections.shuffle(free, Random.from(random));
        Set<String> chosen = Set.copyOf(free.subList(0, Math.min(missing, free.size())));
        chosen.forEach(device -> asked.put(device, now.plus(wanted.patience())));
        return chosen;
    }

    private void about(long newest) {
        if (newest != version) {
            version = newest;
            asked.clear();
            done.clear();
            done.addAll(kept.apply(newest));
            answers = done.size();
        }
    }

    /** Whether the device may answer about a version. */
    public synchronized boolean awaits(String device, long about) {
        return about == version && asked.containsKey(device);
    }

    /** The device has answered; it is not asked again. */
    public synchronized void answered(String device, long about) {
        if (awaits(device, about)) {
            asked.remove(device);
            done.add(device);
            answers++;
        }
    }

    /** The device can't answer; another is asked in its place. */
    public synchronized void declined(String device, long about) {
        if (awaits(device, about)) {
            asked.remove(device);
            done.add(device);
        }
    }
}
