// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

/** Text as the inside of a JSON string. */
final class JsonText {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonText() {}

    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        escape(text, json);
        return json.append('"').toString();
    }

    static void escape(String text, StringBuilder json) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x2028 || c == 0x2029) {
                        unicode(c, json);
                    } else {
                        json.append(c);
                    }
                }
            }
        }
    }

    private static void unicode(char c, StringBuilder json) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(HEX[(c >> shift) & 0xf]);
        }
    }
}
