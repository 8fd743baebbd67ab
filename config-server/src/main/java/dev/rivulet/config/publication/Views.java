// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.settings.catalogue.LiveSetting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code /api/config} answers; a secret is {@code ******} everywhere. */
final class Views {

    private Views() {}

    record Setting(String key, String allowed) {
        static Setting of(LiveSetting setting) {
            return new Setting(setting.key(), setting.allowed().rule());
        }
    }

    record Value(String key, String value, boolean secret) {}

    /** @param revision the newest; 0 if nothing was published */
    record State(String application, String profile, long revision, List<Value> values) {
        static State of(Site site, long revision, Map<String, Stored> values) {
            List<Value> shown = values.entrySet().stream()
                    .map(entry -> new Value(
                            entry.getKey(),
                            entry.getValue().shown(),
                            entry.getValue().secret()))
                    .toList();
            return new State(site.application(), site.profile(), revision, shown);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Changed(
            String key, @Nullable String before, @Nullable String after, boolean secret) {
        static Changed of(Change change) {
            Stored before = change.before();
            Stored after = change.after();
            return new Changed(
                    change.key(),
                    before == null ? null : before.shown(),
                    after == null ? null : after.shown(),
                    (before != null && before.secret()) || (after != null && after.secret()));
        }
    }

    /** @param announced whether services were told; null in a history */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Published(
            long revision,
            String author,
            Instant at,
            @Nullable Long restored,
            List<Changed> changes,
            @Nullable Boolean announced) {
        static Published of(Revision revision, @Nullable Boolean announced) {
            return new Published(
                    revision.revision(),
                    revision.author(),
                    revision.at(),
                    revision.restored(),
                    revision.changes().stream().map(Changed::of).toList(),
                    announced);
        }
    }

    record History(String application, String profile, List<Published> revisions) {}

    record Difference(String application, String profile, long from, long to, List<Changed> changes) {}
}
