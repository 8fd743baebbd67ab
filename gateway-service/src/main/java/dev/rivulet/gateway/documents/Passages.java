// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.util.ArrayList;
import java.util.List;

/** Cuts text or Markdown into passages: at its headings and blank lines, joined up to a length, and within sentences only where one is too long. */
final class Passages {

    private Passages() {}

    /** @param longest characters of a passage, the heading above it included */
    static List<String> of(String text, int longest) {
        List<String> passages = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        String heading = "";
        for (String block : text.replace("\r\n", "\n").split("\n\\s*\n|\n(?=#{1,6} )")) {
            String clean = block.strip();
            if (clean.isEmpty()) {
                continue;
            }
            boolean isHeading = clean.startsWith("#");
            if (isHeading || open.length() + clean.length() + 1 > longest) {
                close(passages, open);
            }
            if (isHeading) {
                int end = clean.indexOf('\n');
                heading = (end < 0 ? clean : clean.substring(0, end)).replaceFirst("^#+\\s*", "");
                clean = end < 0 ? "" : clean.substring(end + 1).strip();
            }
            for (String piece : pieces(clean, Math.max(40, longest - heading.length() - 2))) {
                if (!open.isEmpty() && open.length() + piece.length() + 1 > longest) {
                    close(passages, open);
                }
                if (open.isEmpty() && !heading.isEmpty()) {
                    open.append(heading).append(": ");
                } else if (!open.isEmpty()) {
                    open.append('\n');
                }
                open.append(piece);
            }
        }
        close(passages, open);
        return passages;
    }

    private static void close(List<String> passages, StringBuilder open) {
        if (!open.isEmpty()) {
            passages.add(open.toString());
            open.setLength(0);
        }
    }

    /** Cut after a sentence if there is one, else after a word, else anywhere. */
    private static List<String> pieces(String text, int longest) {
        List<String> pieces = new ArrayList<>();
        String rest = text;
        while (rest.length() > longest) {
            int cut = Math.max(rest.lastIndexOf(". ", longest - 1) + 1, 0);
            cut = cut > 0 ? cut : rest.lastIndexOf(' ', longest);
            cut = cut > 0 ? cut : longest;
            pieces.add(rest.substring(0, cut).strip());
            rest = rest.substring(cut).strip();
        }
        if (!rest.isEmpty()) {
            pieces.add(rest);
        }
        return pieces;
    }
}
