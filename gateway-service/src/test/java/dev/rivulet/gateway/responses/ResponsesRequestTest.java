// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.problems.ProblemException;
import dev.rivulet.testsupport.openai.PublishedSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

class ResponsesRequestTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final PublishedSchema OPENAI = PublishedSchema.ofOpenAi();

    private static Asked ask(String fields) {
        return new ResponsesRequest(JSON.readTree("{\"model\":\"m\"" + fields + "}"), id -> earlier(), "7").read();
    }

    /** As a reader of the body sees it: numbers have no types of their own. */
    private static JsonNode read(JsonNode written) {
        return JSON.readTree(written.toString());
    }

    private static ArrayNode earlier() {
        return (ArrayNode) JSON.readTree("""
                [{"type":"message","id":"a","role":"user","content":[{"type":"input_text","text":"dim it"}]},
                 {"type":"function_call","id":"b","call_id":"c1","name":"dim","arguments":"{}","status":"completed"}]""");
    }

    @Test
    void aTextIsAMessageOfTheUserAfterTheInstructions() {
        Asked asked = ask(",\"input\":\"hi\",\"instructions\":\"Be brief.\",\"max_output_tokens\":20,\"stream\":true");

        assertThat(read(asked.chat())).isEqualTo(JSON.readTree("""
                {"model":"m","max_completion_tokens":20,"stream":true,"stream_options":{"include_usage":true},
                 "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}]}"""));
        assertThat(asked.items()).isEqualTo(JSON.readTree("""
                [{"id":"msg_7_in0","type":"message","role":"user","status":"completed",
                  "content":[{"type":"input_text","text":"hi"}]}]"""));
        assertThat(asked.store()).isTrue();
    }

    @Test
    void itemsAreTurnsOfAChat() {
        Asked asked = ask("""
                ,"input":[
                  {"role":"user","content":"dim and heat"},
                  {"type":"reasoning","id":"r","summary":[]},
                  {"type":"message","role":"assistant","id":"m1","content":[{"type":"output_text","text":"Yes."}]},
                  {"type":"function_call","call_id":"c1","name":"dim","arguments":"{}"},
                  {"type":"function_call","call_id":"c2","name":"heat","arguments":"{\\"to\\":21}"},
                  {"type":"function_call_output","call_id":"c1","output":"dark"},
                  {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"warm"}]},
                  {"role":"user","content":[{"type":"input_text","text":"and"},{"type":"input_text","text":"now?"}]}]""");

        assertThat(asked.chat().path("messages")).isEqualTo(JSON.readTree("""
                [{"role":"user","content":"dim and heat"},
                 {"role":"assistant","content":"Yes.","tool_calls":[
                   {"id":"c1","type":"function","function":{"name":"dim","arguments":"{}"}},
                   {"id":"c2","type":"function","function":{"name":"heat","arguments":"{\\"to\\":21}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"dark"},
                 {"role":"tool","tool_call_id":"c2","content":"warm"},
                 {"role":"user","content":[{"type":"text","text":"and"},{"type":"text","text":"now?"}]}]"""));
        JsonNode list = JSON.createObjectNode()
                .put("object", "list")
                .put("has_more", false)
                .put("first_id", "")
                .put("last_id", "")
                .set("data", asked.items());
        assertThat(OPENAI.faults("ResponseItemList", list)).isEmpty();
    }

    @Test
    void whatWasSaidBeforeComesFirst() {
        Asked asked = ask("""
                ,"previous_response_id":"resp_1","input":[{"type":"function_call_output","call_id":"c1","output":"dark"}]""");

        assertThat(asked.chat().path("messages")).isEqualTo(JSON.readTree("""
                [{"role":"user","content":"dim it"},
                 {"role":"assistant","content":null,"tool_calls":[
                   {"id":"c1","type":"function","function":{"name":"dim","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"dark"}]"""));
        assertThat(asked.items().size()).isEqualTo(3);
        assertThat(asked.told().path("previous_response_id").asString()).isEqualTo("resp_1");
    }

    @Test
    void toolsAndTheFormOfTheTextAreThoseOfChats() {
        Asked asked = ask("""
                ,"input":"hi","tools":[{"type":"function","name":"dim","description":"Dims","parameters":{"type":"object"},"strict":true}],
                "tool_choice":{"type":"function","name":"dim"},"parallel_tool_calls":false,"top_p":0.5,"user":"u1",
                "text":{"format":{"type":"json_schema","name":"light","schema":{"type":"object"},"strict":true}},
                "include":["message.output_text.logprobs","reasoning.encrypted_content"],"top_logprobs":2,
                "reasoning":{"effort":"low"},"truncation":"disabled","service_tier":"auto","store":false,"tool":null""");

        assertThat(read(asked.chat())).isEqualTo(JSON.readTree("""
                {"model":"m","messages":[{"role":"user","content":"hi"}],"top_p":0.5,"user":"u1",
                 "tools":[{"type":"function","function":{"name":"dim","description":"Dims","parameters":{"type":"object"},"strict":true}}],
                 "tool_choice":{"type":"function","function":{"name":"dim"}},"parallel_tool_calls":false,
                 "logprobs":true,"top_logprobs":2,
                 "response_format":{"type":"json_schema","json_schema":{"name":"light","schema":{"type":"object"},"strict":true}}}"""));
        assertThat(asked.logprobs()).isTrue();
        assertThat(asked.store()).isFalse();
        assertThat(asked.told().at("/text/format/type").asString()).isEqualTo("json_schema");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            delimiter = '|',
            value = {
                "'x':1 | x",
                "'input':5 | input",
                "'input':[] | input",
                "'input':[5] | input[0]",
                "'input':[{'type':'image'}] | input[0].type",
                "'input':[{'role':'tool','content':'x'}] | input[0].role",
                "'input':[{'role':'user'}] | input[0].content",
                "'input':[{'role':'user','content':[{'type':'input_image'}]}] | input[0].content[0].type",
                "'input':[{'role':'user','content':[{'type':'input_text','text':5}]}] | input[0].content[0].text",
                "'input':[{'type':'function_call','call_id':'c','name':'n'}] | input[0].arguments",
                "'input':[{'type':'function_call_output','output':'n'}] | input[0].call_id",
                "'input':'hi','x':1 | x",
                "'input':'hi','conversation':'c' | conversation",
                "'input':'hi','stream':'yes' | stream",
                "'input':'hi','store':1 | store",
                "'input':'hi','background':true,'store':false | background",
                "'input':'hi','instructions':[] | instructions",
                "'input':'hi','max_output_tokens':0 | max_output_tokens",
                "'input':'hi','max_output_tokens':1e3 | max_output_tokens",
                "'input':'hi','temperature':'hot' | temperature",
                "'input':'hi','top_p':1.5 | top_p",
                "'input':'hi','top_logprobs':21 | top_logprobs",
                "'input':'hi','include':['all'] | include[0]",
                "'input':'hi','metadata':{'a':1} | metadata",
                "'input':'hi','tools':{} | tools",
                "'input':'hi','tools':[{'type':'web_search'}] | tools[0].type",
                "'input':'hi','tools':[{'type':'function'}] | tools[0].name",
                "'input':'hi','tools':[{'type':'function','name':'n','parameters':[]}] | tools[0].parameters",
                "'input':'hi','tool_choice':'any' | tool_choice",
                "'input':'hi','tool_choice':{'type':'mcp'} | tool_choice.type",
                "'input':'hi','parallel_tool_calls':0 | parallel_tool_calls",
                "'input':'hi','text':{'format':{'type':'xml'}} | text.format.type",
                "'input':'hi','text':{'format':{'type':'json_schema','name':'n'}} | text.format.schema",
                "'input':'hi','text':{'form':1} | text.form",
                "'input':'hi','truncation':'auto' | truncation",
                "'input':'hi','reasoning':'low' | reasoning",
                "'input':'hi','previous_response_id':5 | previous_response_id",
            })
    void whatCantBeTakenIsRefusedByName(String fields, String param) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ask("," + fields.replace('\'', '"')))
                .satisfies(refused -> {
                    assertThat(refused.problem().param()).isEqualTo(param);
                    assertThat(refused.problem().code().status()).isEqualTo(400);
                });
    }

    @Test
    void noInputIsMissing() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ask(""))
                .satisfies(refused -> assertThat(refused.problem().param()).isEqualTo("input"));
    }
}
