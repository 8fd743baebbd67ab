// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.catalog.Condition;
import dev.rivulet.registry.catalog.Condition.Operator;
import dev.rivulet.registry.catalog.SearchStore.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes conditions as SQL. What callers gave comes in as parameters alone.
 *
 * @param where after {@code where}
 * @param params by name
 */
record SearchSql(String where, Map<String, Object> params) {

    /** Conditions of rows {@code m} of {@code model}. */
    static SearchSql ofModels(List<Condition> conditions) {
        return of(conditions, "m.tags", "array(select alias from model_alias a where a.model = m.name)");
    }

    /** Conditions of rows {@code v} of {@code model_version} with their {@code m}. */
    static SearchSql ofVersions(List<Condition> conditions) {
        return of(
                conditions,
                "(v.labels || v.tags)",
                "array(select alias from model_alias a where a.model = v.model and a.version = v.version)");
    }

    private static SearchSql of(List<Condition> conditions, String tags, String aliases) {
        List<String> parts = new ArrayList<>(List.of("true"));
        Map<String, Object> params = new LinkedHashMap<>();
        for (int i = 0; i < conditions.size(); i++) {
            Condition condition = conditions.get(i);
            boolean many = condition.operator() == Operator.IN;
            params.put("v" + i, many ? condition.values() : condition.values().getFirst());
            params.put("k" + i, condition.key());
            parts.add(
                    switch (condition.field()) {
                        case NAME -> compared("m.name", condition.operator(), i);
                        case TASK -> compared("m.task", condition.operator(), i);
                        case LICENSE -> compared("m.license", condition.operator(), i);
                        case TAG -> compared(tags + " ->> cast(:k" + i + " as text)", condition.operator(), i);
                        case SOURCE ->
                            compared(
                                    "'mlflow-artifacts:/models/' || v.model || '/' || v.version",
                                    condition.operator(),
                                    i);
                        case ALIAS ->
                            "exists (select 1 from unnest(" + aliases + ") as alias where "
                                    + compared("alias", condition.operator(), i) + ")";
                    });
        }
        return new SearchSql(parts.stream().collect(Collectors.joining(" and ")), params);
    }

    private static String compared(String expression, Operator operator, int i) {
        return "(" + expression + ") "
                + switch (operator) {
                    case EQUAL -> "= :v" + i;
                    case DIFFERENT -> "is distinct from :v" + i;
                    case LIKE -> "like :v" + i;
                    case ILIKE -> "ilike :v" + i;
                    case IN -> "in (:v" + i + ")";
                };
    }

    /** The columns to sort by. */
    static String order(Order order, String name, String row) {
        return switch (order) {
            case NAME -> name + " collate \"C\"";
            case NAME_DESCENDING -> name + " collate \"C\" desc";
            case CHANGED -> "m.changed_at, " + name + " collate \"C\"";
            case CHANGED_DESCENDING -> "m.changed_at desc, " + name + " collate \"C\"";
            case CREATED -> row + ".created_at, " + name + " collate \"C\"";
            case CREATED_DESCENDING -> row + ".created_at desc, " + name + " collate \"C\"";
        };
    }
}
