// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which offsets of one partition are done. Jobs end in any order, but a consumer group remembers one offset a partition: what is
 * done beyond it is written into the metadata of that offset, so that a result can be committed as soon as it is there and its
 * job is never run again. So is how often a job that is not done was begun: one that takes its replica with it each time is known
 * by that. Not thread-safe.
 */
public final class OffsetLedger {

    private static final int RADIX = 36;
    private static final String SEPARATOR = ",";
    private static final String COUNT = ".";
    private static final Pattern PIECE = Pattern.compile("[0-9a-z]{1,11}(\\.[0-9]{1,3})?");

    private final NavigableSet<Long> pending = new TreeSet<>();
    private final NavigableSet<Long> done = new TreeSet<>();
    private final NavigableMap<Long, Integer> begun = new TreeMap<>();
    private long next;

    /**
     * @param committed everything before this is done
     * @param metadata what {@link #metadata()} said when that was committed, or anything of others, which is ignored
     */
    public OffsetLedger(long committed, String metadata) {
        this.next = committed;
        String[] pieces = metadata.isEmpty() ? new String[0] : metadata.split(SEPARATOR);
        if (Stream.of(pieces).allMatch(piece -> PIECE.matcher(piece).matches())) {
            for (String piece : pieces) {
                read(committed, piece);
            }
        }
    }

    private void read(long committed, String piece) {
        int count = piece.indexOf(COUNT);
        long offset = committed + Long.parseLong(piece.substring(0, count < 0 ? piece.length() : count), RADIX);
        if (count < 0) {
            done.add(offset);
        } else {
            begun.put(offset, Integer.parseInt(piece.substring(count + 1)));
        }
    }

    /** How often the job at this offset was begun and neither ended nor given back. */
    public int begun(long offset) {
        return begun.getOrDefault(offset, 0);
    }

    /** The job at this offset is begun once more. */
    public void run(long offset) {
        begun.merge(offset, 1, Integer::sum);
    }

    /** The job at this offset was begun and is given back by a replica that lives: that does not count. */
    public void giveBack(long offset) {
        int count = begun(offset);
        if (count > 1) {
            begun.put(offset, count - 1);
        } else {
            begun.remove(offset);
        }
    }

    /** Takes note of a record; says whether it is still to be done. Records come in the order of their offsets. */
    public boolean begin(long offset) {
        if (offset < next && !pending.contains(offset)) {
            return false;
        }
        next = Math.max(next, offset + 1);
        return !done.contains(offset) && pending.add(offset);
    }

    /** The record at this offset needs nothing more. */
    public void end(long offset) {
        if (pending.remove(offset)) {
            begun.remove(offset);
            done.add(offset);
        }
    }

    /** The offset to commit: everything before it is done. */
    public long position() {
        long position = pending.isEmpty() ? next : pending.first();
        done.headSet(position).clear();
        begun.headMap(position).clear();
        return position;
    }

    /** What is done beyond {@link #position()}, and what was begun. */
    public String metadata() {
        long position = position();
        return Stream.concat(
                        done.stream().map(offset -> Long.toString(offset - position, RADIX)),
                        begun.entrySet().stream()
                                .map(one -> Long.toString(one.getKey() - position, RADIX) + COUNT + one.getValue()))
                .collect(Collectors.joining(SEPARATOR));
    }

    /** Offsets from the first that is not done to the last that was seen. */
    public long span() {
        return next - position();
    }
}
