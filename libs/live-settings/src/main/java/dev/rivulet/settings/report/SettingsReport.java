// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.report;

import java.util.List;
import java.util.Map;
import org.springframework.cloud.bus.event.PathDestinationFactory;
import org.springframework.cloud.bus.event.RemoteApplicationEvent;

/**
 * An instance tells config-server which revisions it has read and what of them it refuses. Comes over the bus; the instance is
 * {@link #getOriginService()}.
 */
public final class SettingsReport extends RemoteApplicationEvent {

    private static final long serialVersionUID = 1L;

    private String application = "";
    private List<String> profiles = List.of();
    private Map<String, Map<String, Long>> revisions = Map.of();
    private Map<String, String> refused = Map.of();

    /** For the bus, which fills it in. */
    @SuppressWarnings("unused")
    private SettingsReport() {}

    SettingsReport(
            Object source,
            String instance,
            String application,
            List<String> profiles,
            Map<String, Map<String, Long>> revisions,
            Map<String, String> refused) {
        super(source, instance, new PathDestinationFactory().getDestination("config-server"));
        this.application = application;
        this.profiles = List.copyOf(profiles);
        this.revisions = Map.copyOf(revisions);
        this.refused = Map.copyOf(refused);
    }

    /** The service's name. */
    public String getApplication() {
        return application;
    }

    /** The profiles it asks for besides {@code default}. */
    public List<String> getProfiles() {
        return profiles;
    }

    /** By application and profile: the revision whose values it has read. */
    public Map<String, Map<String, Long>> getRevisions() {
        return revisions;
    }

    /** By the prefix of settings: why it keeps its last good ones. */
    public Map<String, String> getRefused() {
        return refused;
    }
}
