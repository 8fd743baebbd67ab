// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import java.util.List;

/** Finds stop strings across token borders: holds text back while it may be the beginning of one. For one thread at a time. */
final class StopStrings {

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    StopStrings(List<String> stops) {
        this.stops = stops;
    }

    /** Takes text; returns what can't be part of a stop string. After {@link #found()} there is nothing more. */
    String append(String text) {
        if (stops.isEmpty() || found) {
            return found ? "" : text;
        }
        held.append(text);
        int at = earliest();
        if (at >= 0) {
            found = true;
            return release(at);
        }
        return release(held.length() - suspicious());
    }

    boolean found() {
        return found;
    }

    /** What is held back at the end of the answer. */
    String flush() {
        return found ? "" : release(held.length());
    }

    private String release(int length) {
        String free = held.substring(0, length);
        held.delete(0, length);
        return free;
    }

    private int earliest() {
        int earliest = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            earliest = at >= 0 && (earliest < 0 || at < earliest) ? at : earliest;
        }
        return earliest;
    }

    /** Length of the longest end of the held text that begins a stop string. */
    private int suspicious() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (endsWith(stop, length)) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private boolean endsWith(String stop, int length) {
        int start = held.length() - length;
        for (int i = 0; i < length; i++) {
            if (held.charAt(start + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
