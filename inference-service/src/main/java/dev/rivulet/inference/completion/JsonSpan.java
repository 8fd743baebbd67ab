// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

/** Finds the end of one JSON object in text that grows, looking at each character once. For one thread at a time. */
final class JsonSpan {

    private int at;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean hopeless;

    void reset() {
        at = 0;
        depth = 0;
        inString = false;
        escaped = false;
        hopeless = false;
    }

    /** Where the object ends in {@code text}, -1 if it isn't over. */
    int end(CharSequence text) {
        while (at < text.length() && !hopeless) {
            char c = text.charAt(at++);
            if (inString) {
                inString = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                if (--depth == 0) {
                    return at;
                }
            } else {
                inString = c == '"';
                hopeless = depth <= 0 && !Character.isWhitespace(c);
            }
        }
        return -1;
    }

    /** Whether the text doesn't begin with an object. */
    boolean hopeless() {
        return hopeless;
    }

    /** So many characters were taken from the beginning of the text. */
    void moved(int characters) {
        at -= characters;
    }
}
