// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.List;

/** The tree of a regular expression. */
sealed interface Regex {

    /** One of some characters. */
    record One(CodePoints points) implements Regex {}

    record Sequence(List<Regex> parts) implements Regex {}

    record Choice(List<Regex> parts) implements Regex {}

    /** @param most -1 for any number */
    record Repeat(Regex part, int least, int most) implements Regex {}
}
