// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DocumentCheckTest {

    private final DocumentCheck check = new DocumentCheck(JsonMapper.shared().readTree("""
            {"paths":{"/v1/things/{id}.x":{"get":{"responses":{
               "200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}},
                                 "text/event-stream":{"schema":{"$ref":"#/components/schemas/Thing"}}}},
               "default":{"$ref":"#/components/responses/Error"}}},
              "post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}}}}}},
             "components":{
              "responses":{"Error":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ErrorAnswer"}}}}},
              "schemas":{"Thing":{"type":"object","required":["id"]},
                         "ErrorAnswer":{"type":"object","required":["error"]}}}}"""));

    private List<String> get(String path, int status, String type, String body) {
        return check.faults(new Seen("GET", path, status, type, body));
    }

    @Test
    void anAnswerIsHeldToTheSchemaOfItsStatusAndForm() {
        assertThat(get("/v1/things/7.x?a=b", 200, "application/json", "{\"id\":7}"))
                .isEmpty();
        assertThat(get("/v1/things/7.x", 200, "application/json", "{}"))
                .singleElement()
                .asString()
                .contains("id");
        assertThat(get("/v1/things/7.x", 404, "application/json", "{\"error\":1}"))
                .isEmpty();
        assertThat(get("/v1/things/7.x", 404, "application/json", "{\"id\":7}")).isNotEmpty();
        assertThat(get("/v1/things/7.x", 200, "text/event-stream", "data: {\"id\":7}\n\ndata: {}\n\ndata: [DONE]\n\n"))
                .hasSize(1);
    }

    @Test
    void whatTheDocumentDoesNotKnowIsAFault() {
        assertThat(get("/v1/things/7/x", 200, "application/json", "{\"id\":7}"))
                .singleElement()
                .asString()
                .contains("is not described");
        assertThat(get("/v1/nothing", 404, "application/json", "{\"error\":1}")).isEmpty();
        assertThat(get("/v1/nothing", 404, "application/json", "{}")).isNotEmpty();
    }

    @Test
    void aRequestIsHeldToItsSchema() {
        assertThat(check.requestFaults("/v1/things/7.x", JsonMapper.shared().readTree("{\"id\":7}")))
                .isEmpty();
        assertThat(check.requestFaults("/v1/things/7.x", JsonMapper.shared().readTree("[]")))
                .isNotEmpty();
    }
}
