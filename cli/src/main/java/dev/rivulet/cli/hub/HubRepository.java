// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import dev.rivulet.cli.home.UsageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the hub.
 *
 * @param organisation who owns it
 * @param name its name
 * @param revision a branch, a tag or a commit
 */
public record HubRepository(String organisation, String name, String revision) {
    /** What a source that means the hub begins with. */
    public static final String SCHEME = "hf:";

    private static final String WORD = "[A-Za-z0-9_][A-Za-z0-9._-]{0,95}";
    private static final Pattern FORM =
            Pattern.compile("hf:(" + WORD + ")/(" + WORD + ")(?:@([A-Za-z0-9_][A-Za-z0-9._/-]{0,127}))?");

    /** Reads {@code hf:org/name} or {@code hf:org/name@revision}; without a revision it is {@code main}. */
    public static HubRepository parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || text.contains("..") || text.contains("//")) {
            throw new UsageException("\"" + text.replaceAll("\\p{C}", "?") + "\" names no repository of the hub: give"
                    + " hf:org/name or hf:org/name@revision, as in hf:HuggingFaceTB/SmolLM2-135M-Instruct@main.");
        }
        String revision = form.group(3) == null ? "main" : form.group(3);
        return new HubRepository(form.group(1), form.group(2), revision);
    }

    /** As paths of the hub have it. */
    String path() {
        return organisation + "/" + name;
    }

    @Override
    public String toString() {
        return SCHEME + path() + "@" + revision;
    }
}
