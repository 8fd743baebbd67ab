// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random schemas of everything that is supported, recursion included. */
final class RandomSchema {

    private static final List<String> NAMES = List.of("a", "name", "größe", "x y", "q\\\"uote", "tab\\t", "日本", "$ref");
    private static final List<String> PATTERNS = List.of(
            "^[a-z]{1,5}$",
            "^(ja|nein)?$",
            "^\\\\d{3}-\\\\w+$",
            "^[^a-z]*$",
            "ab",
            "^x|y$",
            "^\\\"+\\\\\\\\$",
            "^[\\\\u00e0-\\\\u00ff😀]+$");
    private static final List<String> FORMATS = List.of("date", "time", "date-time", "uuid", "ipv4");

    private final SplittableRandom random;

    RandomSchema(SplittableRandom random) {
        this.random = random;
    }

    /** A schema whose parts may refer to {@code #/$defs/node}, a tree, and {@code #/$defs/leaf}. */
    String next() {
        String leaf = schema(0);
        String node = "{\"type\":\"object\",\"properties\":{\"value\":{\"$ref\":\"#/$defs/leaf\"},\"children\":"
                + "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/node\"},\"maxItems\":" + random.nextInt(4)
                + "}},\"required\":[\"value\"],\"additionalProperties\":false}";
        return "{\"$defs\":{\"node\":" + node + ",\"leaf\":" + leaf + "},\"anyOf\":[" + schema(3) + "]}";
    }

    private String schema(int depth) {
        return switch (random.nextInt(depth > 0 ? 15 : 9)) {
            case 0 -> "{\"type\":\"string\"}";
            case 1 -> random.nextBoolean() ? "{\"type\":\"integer\",\"title\":\"t\"}" : integers();
            case 2 -> "{\"type\":[\"number\",\"null\"]}";
            case 3 -> "{\"type\":\"boolean\"}";
            case 4 -> lengths("string", "minLength", "maxLength", "");
            case 5 -> "{\"type\":\"string\",\"pattern\":\"" + any(PATTERNS) + "\"}";
            case 6 -> "{\"type\":\"string\",\"format\":\"" + any(FORMATS) + "\"}";
            case 7 -> "{\"enum\":[\"a\",\"a\\\"b\",\"ü\\n😀\",1,-2.5,null,true,[1,{\"k\":\"v\"}]]}";
            case 8 -> "{\"const\":" + any(List.of("\"fest\"", "7", "{}", "null")) + "}";
            case 9 -> lengths("array", "minItems", "maxItems", ",\"items\":" + schema(depth - 1));
            case 10 -> "{\"anyOf\":[" + schema(depth - 1) + "," + schema(depth - 1) + "]}";
            case 11 -> "{\"$ref\":\"#/$defs/" + any(List.of("node", "leaf")) + "\"}";
            case 12 -> "{\"type\":\"object\",\"additionalProperties\":" + schema(depth - 1) + "}";
            case 13 -> any(List.of("true", "{}", "{\"type\":\"object\"}", "{\"type\":\"array\"}"));
            default -> object(depth);
        };
    }

    private String integers() {
        long from = random.nextLong(-3_000, 3_000);
        return "{\"type\":\"integer\",\"" + any(List.of("minimum", "exclusiveMinimum")) + "\":" + from + ",\""
                + any(List.of("maximum", "exclusiveMaximum")) + "\":" + (from + 2 + random.nextInt(4_000)) + "}";
    }

    private String lengths(String type, String least, String most, String more) {
        int from = random.nextInt(4);
        String schema = "{\"type\":\"" + type + "\",\"" + least + "\":" + from;
        return schema + (random.nextBoolean() ? ",\"" + most + "\":" + (from + random.nextInt(4)) : "") + more + "}";
    }

    private String object(int depth) {
        List<String> names = new ArrayList<>(NAMES);
        String properties = IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> names.remove(random.nextInt(names.size())))
                .map(name -> "\"" + name + "\":" + schema(depth - 1))
                .collect(Collectors.joining(","));
        List<String> required = new ArrayList<>(NAMES);
        required.removeAll(names);
        required.removeIf(name -> random.nextBoolean());
        return "{\"type\":\"object\",\"properties\":{" + properties + "},\"required\":["
                + required.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(","))
                + "],\"additionalProperties\":false}";
    }

    private String any(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }
}
