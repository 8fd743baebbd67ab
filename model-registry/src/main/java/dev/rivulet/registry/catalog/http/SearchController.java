// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.registry.catalog.CatalogSearch;
import dev.rivulet.registry.catalog.Condition;
import dev.rivulet.registry.catalog.Condition.Field;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.SearchStore.Order;
import dev.rivulet.registry.catalog.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/search?name=door-*&tag=team:a&task=…&alias=…&license=…}: the models that meet all that is given. A tag may be
 * given more than once.
 */
@RestController
class SearchController {

    private static final int MAX_PAGE = 1000;
    private static final int MAX_TEXT = 1200;

    private final CatalogSearch search;

    SearchController(CatalogSearch search) {
        this.search = search;
    }

    /**
     * A page of what was found.
     *
     * @param next the {@code offset} of the next page; null on the last
     */
    record Results(List<ModelView> models, @Nullable Long next) {}

    @GetMapping("/api/search")
    Results search(
            @RequestParam MultiValueMap<String, String> wanted,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(defaultValue = "0") long offset) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw Requests.problem(ProblemCode.INVALID_VALUE, "limit", "limit is 1 to " + MAX_PAGE + ".");
        }
        if (offset < 0) {
            throw Requests.problem(ProblemCode.INVALID_VALUE, "offset", "offset is 0 or more.");
        }
        List<Model> found = search.models(conditions(wanted), Order.NAME, limit + 1, offset);
        List<ModelView> page = found.stream().limit(limit).map(ModelView::of).toList();
        return new Results(page, found.size() > limit ? offset + limit : null);
    }

    private static List<Condition> conditions(MultiValueMap<String, String> wanted) {
        List<Condition> conditions = new ArrayList<>();
        wanted.forEach((param, values) -> values.forEach(value -> {
            if (value.length() > MAX_TEXT || value.indexOf(0) >= 0) {
                throw Requests.problem(ProblemCode.INVALID_VALUE, param, "This is too long or has a NUL.");
            }
            Condition condition = condition(param, value);
            if (condition != null) {
                conditions.add(condition);
            }
        }));
        return conditions;
    }

    private static @Nullable Condition condition(String param, String value) {
        return switch (param) {
            case "name" -> Condition.nameLike(value);
            case "tag" -> tag(value);
            case "task" -> Condition.equal(Field.TASK, Task.parse(value, "task").wire());
            case "alias" -> Condition.equal(Field.ALIAS, value);
            case "license" -> Condition.equal(Field.LICENSE, value);
            case "limit", "offset" -> null;
            default ->
                throw Requests.problem(
                        ProblemCode.UNSUPPORTED_PARAMETER,
                        param,
                        "Search by name, tag, task, alias and license, with limit and offset.");
        };
    }

    private static Condition tag(String value) {
        int colon = value.indexOf(':');
        if (colon < 1) {
            throw Requests.problem(ProblemCode.INVALID_VALUE, "tag", "Give a tag as key:value.");
        }
        return Condition.tag(value.substring(0, colon), value.substring(colon + 1));
    }
}
