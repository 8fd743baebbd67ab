package dev.rivulet.inference.jobs;

import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which offsets of one partition are done. Jobs end in any order, but a consumer group remembers one offset a partition: what is
 * done beyond it is written into the metadata of that offset, so that a result can be committed as soon as it is there and its
 * job is never run again. Not thread-safe.
 */
public final class OffsetLedger {

    private static final int RADIX = 36;
    private static final String SEPARATOR = ",";

    private final NavigableSet<Long> pending = new TreeSet<>();
    private final NavigableSet<Long> done = new TreeSet<>();
    private long next;

    /**
     * @param committed everything before this is done
     * @param metadata what {@link #metadata()} said when that was committed, or anything of others, which is ignored
     */
    public OffsetLedger(long committed, String metadata) {
        this.next = committed;
        if (metadata.matches("[0-9a-z,]*")) {
            for (String beyond : metadata.split(SEPARATOR)) {
                if (!beyond.isEmpty()) {
                    done.add(committed + Long.parseLong(beyond, RADIX));
                }
            }
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
            done.add(offset);
        }
    }

    /** The offset to commit: everything before it is done. */
    public long position() {
        long position = pending.isEmpty() ? next : pending.first();
        done.headSet(position).clear();
        return position;
    }

    /** What is done beyond {@link #position()}. */
    public String metadata() {
        long position = position();
        return done.stream()
                .map(offset -> Long.toString(offset - position, RADIX))
                .collect(Collectors.joining(SEPARATOR));
    }

    /** Offsets from the first that is not done to the last that was seen. */
    public long span() {
        return next - position();
    }
}
