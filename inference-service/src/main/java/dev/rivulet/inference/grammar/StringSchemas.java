// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static dev.rivulet.inference.grammar.SchemaCompiler.count;
import static dev.rivulet.inference.grammar.SchemaCompiler.join;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Strings of a schema: by length, by pattern, or by one of the formats that are known. */
final class StringSchemas {

    private static final String DATE = "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
            + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    private static final String TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z";
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Map<String, String> FORMATS = Map.of(
            "date",
            DATE,
            "time",
            TIME,
            "date-time",
            DATE + "T" + TIME,
            "uuid",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "ipv4",
            BYTE + "(\\." + BYTE + "){3}");

    private final GrammarBuilder builder;
    private final JsonRules json;
    private final RegexCompiler inside;

    StringSchemas(GrammarBuilder builder, JsonRules json) {
        this.builder = builder;
        this.json = json;
        this.inside = new RegexCompiler(builder, true);
    }

    /** Returns where the string ends. */
    int write(JsonNode schema, String path, int from) throws GrammarRefusedException {
        int least = Math.max(0, count(schema, path, "minLength"));
        int most = count(schema, path, "maxLength");
        if (most >= 0 && most < least) {
            throw new GrammarRefusedException(join(path, "maxLength"), "is below 'minLength'");
        }
        if (!schema.has("pattern") && !schema.has("format")) {
            return json.string(from, least, most);
        }
        for (String name : new String[] {"minLength", "maxLength"}) {
            if (schema.has(name)) {
                throw new GrammarRefusedException(
                        join(path, name), "is not supported beside 'pattern' or 'format'; say it in the pattern");
            }
        }
        if (schema.has("pattern") && schema.has("format")) {
            throw new GrammarRefusedException(join(path, "format"), "is not supported beside 'pattern'");
        }
        int open = builder.literal(from, "\"");
        return builder.literal(inside.write(expression(schema, path), open), "\"");
    }

    private static Regex expression(JsonNode schema, String path) throws GrammarRefusedException {
        String keyword = schema.has("pattern") ? "pattern" : "format";
        JsonNode value = schema.get(keyword);
        if (!value.isString()) {
            throw new GrammarRefusedException(join(path, keyword), "must be a string");
        }
        if (keyword.equals("format")) {
            String known = FORMATS.get(value.asString());
            if (known == null) {
                throw new GrammarRefusedException(
                        join(path, keyword), "may only be date, time, date-time, uuid or ipv4");
            }
            return RegexParser.whole(known);
        }
        try {
            return RegexParser.search(value.asString());
        } catch (GrammarRefusedException e) {
            throw new GrammarRefusedException(join(path, keyword), String.valueOf(e.getMessage()));
        }
    }
}
