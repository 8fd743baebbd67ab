// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.pictures.Sight;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How an answer says that it was given without pictures of the request: in a header, and in words where an answer is free text. */
final class Blindness {

    /** Names what an answer goes without. */
    static final String HEADER = "x-rivulet-degraded";

    static final String PICTURES = "pictures";

    private Blindness() {}

    /** The sentence before an answer; empty if every picture was seen. */
    static Optional<String> notice(List<Sight> sights) {
        Set<String> reasons = new LinkedHashSet<>();
        int unseen = 0;
        for (Sight sight : sights) {
            if (sight instanceof Sight.Unseen blind) {
                reasons.add(blind.reason());
                unseen++;
            }
        }
        if (unseen == 0) {
            return Optional.empty();
        }
        String which = sights.size() == 1 ? "The picture was" : unseen + " of " + sights.size() + " pictures were";
        return Optional.of(
                "[" + which + " not looked at (" + String.join("; ", reasons) + "); this answers the text alone.]\n\n");
    }

    /** The notice where an answer may begin with it: not where it must keep a form or may be a call. */
    static String before(RequestLife.Running running) {
        String notice = running.notice();
        boolean free = running.command().form() == null && running.command().tools() == null;
        return notice != null && free ? notice : "";
    }
}
