// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A graph can't be run as it is declared. Tells all that is wrong with it at once. */
public final class InvalidGraphException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Flaw> flaws;

    InvalidGraphException(String graph, List<Flaw> flaws) {
        super("The graph '" + graph + "' can't be run:\n"
                + flaws.stream().map(flaw -> "  " + flaw).collect(Collectors.joining("\n")));
        this.flaws = List.copyOf(flaws);
    }

    public List<Flaw> flaws() {
        return flaws;
    }

    /**
     * One thing that is wrong.
     *
     * @param stage where, or the graph's name
     * @param what is wrong
     * @param mend how it is mended
     */
    public record Flaw(String stage, String what, String mend) {
        @Override
        public String toString() {
            return stage + ": " + what + ". " + mend + ".";
        }
    }
}
