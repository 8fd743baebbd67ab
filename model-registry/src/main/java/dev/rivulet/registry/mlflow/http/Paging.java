// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.SearchStore.Order;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page of a search.
 *
 * @param order how it is sorted
 * @param limit at most so many results
 * @param offset how many come before
 */
record Paging(Order order, int limit, long offset) {

    /** Results of one answer, whatever the caller asks for. */
    private static final int LARGEST_PAGE = 1000;

    private static final Pattern TOKEN = Pattern.compile("from:([0-9]{1,9})");
    private static final Pattern ORDER = Pattern.compile("([a-z_]+)(?:\\s+(ASC|DESC))?", Pattern.CASE_INSENSITIVE);

    static Paging of(@Nullable List<String> orderBy, int maxResults, int most, @Nullable String token, Order usual) {
        if (maxResults < 1 || maxResults > most) {
            throw wrong("max_results", "max_results is 1 to " + most + ".");
        }
        Order order = orderBy == null || orderBy.isEmpty() ? usual : order(orderBy.getFirst());
        return new Paging(order, Math.min(maxResults, LARGEST_PAGE), offset(token));
    }

    private static Order order(String text) {
        Matcher matcher = ORDER.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong("order_by", "Order by name, creation_timestamp, last_updated_timestamp or version_number.");
        }
        boolean descending = "DESC".equalsIgnoreCase(matcher.group(2));
        return switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
            case "name" -> descending ? Order.NAME_DESCENDING : Order.NAME;
            case "last_updated_timestamp", "timestamp" -> descending ? Order.CHANGED_DESCENDING : Order.CHANGED;
            case "creation_timestamp", "version_number" -> descending ? Order.CREATED_DESCENDING : Order.CREATED;
            default ->
                throw wrong("order_by", "Order by name, creation_timestamp, last_updated_timestamp or version_number.");
        };
    }

    private static long offset(@Nullable String token) {
        if (token == null || token.isEmpty()) {
            return 0;
        }
        try {
            Matcher matcher =
                    TOKEN.matcher(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1));
            if (matcher.matches()) {
                return Long.parseLong(matcher.group(1));
            }
        } catch (IllegalArgumentException e) {
            // It is told below as any other token that is none of ours.
        }
        throw wrong("page_token", "This is no page_token that this registry gave.");
    }

    /**
     * One page, and the token of the next.
     *
     * @param found one result more than {@link #limit}, if there are as many
     */
    <T, V> Page<V> page(List<T> found, Function<T, V> view) {
        List<V> results = found.stream().limit(limit).map(view).toList();
        return new Page<>(results, found.size() > limit ? token(offset + limit) : "");
    }

    /** Results and the token of the next page, empty on the last. */
    record Page<V>(List<V> results, String next) {}

    private static String token(long offset) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("from:" + offset).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ProblemException wrong(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
