// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.util.ArrayList;
import java.util.List;

/** A log in memory. */
final class MemoryAuditStore implements AuditStore {

    private final List<String> lines = new ArrayList<>();

    @Override
    public synchronized Tail tail() {
        return new Tail(lines.size(), lines.isEmpty() ? null : lines.getLast());
    }

    @Override
    public synchronized Appended append(long sequence, String line) {
        if (sequence != lines.size()) {
            return new Appended.Conflict(lines.size());
        }
        lines.add(line);
        return new Appended.Kept(sequence, line);
    }

    @Override
    public synchronized List<String> read(long from, int most) {
        int first = (int) Math.min(from, lines.size());
        return List.copyOf(lines.subList(first, Math.min(lines.size(), first + most)));
    }
}
