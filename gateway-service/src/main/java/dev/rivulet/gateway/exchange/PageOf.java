// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which page of a list is asked for, as OpenAI's clients do it.
 *
 * @param after the id of the last entry of the page before; {@code null} for the first page
 * @param limit most entries
 */
public record PageOf(@Nullable String after, int limit) {

    private static final int USUAL = 20;

    /** @throws ProblemException if {@code limit} is not 1 to {@code most} */
    public static PageOf of(MultiValueMap<String, String> query, int most) {
        String limit = query.getFirst("limit");
        if (limit == null) {
            return new PageOf(query.getFirst("after"), Math.min(USUAL, most));
        }
        if (!limit.matches("[1-9][0-9]{0,5}") || Integer.parseInt(limit) > most) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, "limit", "'limit' must be 1 to " + most + "."));
        }
        return new PageOf(query.getFirst("after"), Integer.parseInt(limit));
    }

    /**
     * The page as OpenAI's list object.
     *
     * @param all entries of the list, in its order
     * @param id of an entry
     * @param shown an entry as callers see it
     * @throws ProblemException if {@code after} is none of them
     */
    public <T> ObjectNode of(List<T> all, Function<T, String> id, Function<T, JsonNode> shown) {
        int begin = 0;
        if (after != null) {
            begin = all.stream().map(id).toList().indexOf(after) + 1;
            if (begin == 0) {
                throw new ProblemException(
                        Problem.at(ProblemCode.INVALID_VALUE, "after", "'after' names no entry of this list."));
            }
        }
        List<T> page = all.subList(begin, Math.min(all.size(), begin + limit));
        ObjectNode list = JsonMapper.shared().createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        page.forEach(entry -> data.add(shown.apply(entry)));
        return list.put("first_id", page.isEmpty() ? null : id.apply(page.getFirst()))
                .put("last_id", page.isEmpty() ? null : id.apply(page.getLast()))
                .put("has_more", begin + page.size() < all.size());
    }
}
