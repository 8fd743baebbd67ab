// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ApiDocumentTest {

    private static final ObjectNode HEAD = part("""
            {"openapi":"3.1.0","tags":[{"name":"A"}],
             "paths":{"/a":{"get":{"responses":{"200":{"$ref":"#/components/schemas/A"},"default":{"$ref":"#/components/responses/Error"}}},
                            "post":{"responses":{"200":{"$ref":"#/components/schemas/Posted"}}}}},
             "components":{"responses":{"Error":{"$ref":"#/components/schemas/Error"},"Unused":{}},"securitySchemes":{"key":{}},
                           "schemas":{"A":{"items":{"$ref":"#/components/schemas/Inner"}},"Inner":{},"Posted":{},"Error":{}}}}""");
    private static final ObjectNode OTHER = part("""
            {"tags":[{"name":"B"}],"paths":{"/b/{id}":{"get":{"responses":{"200":{"$ref":"#/components/schemas/B"}}}}},
             "components":{"schemas":{"B":{}}}}""");

    private static ObjectNode part(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }

    private static Set<String> schemas(ObjectNode document) {
        return Set.copyOf(document.at("/components/schemas").propertyNames());
    }

    @Test
    void partsBecomeOneDocument() {
        ObjectNode whole = ApiDocument.of(List.of(HEAD, OTHER), (path, method) -> true);
        assertThat(whole.path("openapi").asString()).isEqualTo("3.1.0");
        assertThat(whole.path("paths").propertyNames()).containsExactly("/a", "/b/{id}");
        assertThat(whole.path("tags").size()).isEqualTo(2);
        assertThat(schemas(whole)).containsExactlyInAnyOrder("A", "Inner", "Posted", "Error", "B");
    }

    @Test
    void thePartsOfAllFeaturesAreOneOpenApiDocumentTogether() {
        List<ObjectNode> parts = ApiParts.onClassPath();
        ObjectNode whole = ApiDocument.of(parts, (path, method) -> true);
        WellFormed.check(whole);
        assertThat(whole.path("components").path("schemas").size())
                .as("every schema is named by some path")
                .isEqualTo(parts.stream()
                        .mapToInt(part -> part.at("/components/schemas").size())
                        .sum());
    }

    @Test
    void whatIsNotServedIsLeftOutWithWhatItAloneNames() {
        ObjectNode whole =
                ApiDocument.of(List.of(HEAD, OTHER), (path, method) -> path.equals("/a") && method.equals("get"));
        assertThat(whole.path("paths").propertyNames()).containsExactly("/a");
        assertThat(whole.at("/paths/~1a").propertyNames()).containsExactly("get");
        assertThat(schemas(whole)).containsExactlyInAnyOrder("A", "Inner", "Error");
        assertThat(whole.at("/components/responses").propertyNames()).containsExactly("Error");
        assertThat(whole.at("/components/securitySchemes").propertyNames()).containsExactly("key");
    }

    @Test
    void thePartsThemselvesStayAsTheyAre() {
        String before = HEAD.toString();
        ApiDocument.of(List.of(HEAD, OTHER), (path, method) -> false);
        assertThat(HEAD).hasToString(before);
    }

    @Test
    void twoPartsThatDefineTheSameAreRefused() {
        ObjectNode again = part("{\"components\":{\"schemas\":{\"Inner\":{}}}}");
        assertThatIllegalStateException()
                .isThrownBy(() -> ApiDocument.of(List.of(HEAD, again), (path, method) -> true))
                .withMessageContaining("'Inner'");
    }
}
