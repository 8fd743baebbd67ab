// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.engine.speech.SpeechSegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sound as it was written down, in the forms of an answer.
 *
 * @param language code of the language; empty where the model knows English alone
 * @param seconds how long the sound lasts
 * @param segments in order
 */
record WrittenSpeech(String language, double seconds, boolean translated, List<SpeechSegment> segments) {

    WrittenSpeech {
        segments = List.copyOf(segments);
    }

    /** The whole text. */
    String text() {
        return segments.stream()
                .map(SpeechSegment::text)
                .collect(Collectors.joining())
                .strip();
    }

    /** The body of an answer. */
    byte[] body(SpeechFormat format, JsonMapper json) {
        return switch (format) {
            case JSON -> json.writeValueAsBytes(brief());
            case VERBOSE_JSON -> json.writeValueAsBytes(verbose());
            case TEXT -> bytes(text() + "\n");
            case SRT -> bytes(subtitles(',', true));
            case VTT -> bytes("WEBVTT\n\n" + subtitles('.', false));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> brief() {
        return Map.of("text", text(), "usage", usage());
    }

    /** What the sound cost, by its length. */
    Map<String, Object> usage() {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("type", "duration");
        usage.put("seconds", (long) Math.ceil(seconds));
        return usage;
    }

    private Map<String, Object> verbose() {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("task", translated ? "translate" : "transcribe");
        answer.put(
                "language",
                translated || language.isEmpty()
                        ? "english"
                        : Locale.of(language).getDisplayLanguage(Locale.ENGLISH).toLowerCase(Locale.ROOT));
        answer.put("duration", seconds);
        answer.put("text", text());
        List<Map<String, Object>> all = new ArrayList<>();
        for (SpeechSegment segment : segments) {
            all.add(segment(all.size(), segment));
        }
        answer.put("segments", all);
        answer.put("usage", usage());
        return answer;
    }

    private static Map<String, Object> segment(int number, SpeechSegment segment) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("id", number);
        told.put("seek", segment.seek());
        told.put("start", hundredths(segment.start()));
        told.put("end", hundredths(segment.end()));
        told.put("text", segment.text());
        told.put("tokens", segment.tokens());
        told.put("temperature", segment.temperature());
        told.put("avg_logprob", segment.averageLogprob());
        told.put("compression_ratio", segment.compression());
        told.put("no_speech_prob", segment.silence());
        return told;
    }

    private static double hundredths(double seconds) {
        return Math.round(seconds * 100) / 100.0;
    }

    private String subtitles(char point, boolean numbered) {
        StringBuilder all = new StringBuilder();
        int number = 0;
        for (SpeechSegment segment : segments) {
            if (numbered) {
                all.append(++number).append('\n');
            }
            all.append(time(segment.start(), point))
                    .append(" --> ")
                    .append(time(segment.end(), point))
                    .append('\n');
            // Neither an empty line nor an arrow may stand within a subtitle.
            all.append(segment.text().strip().replaceAll("\\s*\\R\\s*", " ").replace("-->", "->"))
                    .append("\n\n");
        }
        return all.toString();
    }

    private static String time(double seconds, char point) {
        long millis = Math.round(seconds * 1000);
        return "%02d:%02d:%02d%c%03d"
                .formatted(millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, point, millis % 1000);
    }
}
