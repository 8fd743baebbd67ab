// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.PathContainer;

class RightsTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /api/models, READER",
        "HEAD, /api/blobs/abc, READER",
        "GET, /api/audit, OPERATOR",
        "GET, /actuator/loggers, OPERATOR",
        "POST, /actuator/refresh, OPERATOR",
        "POST, /api/2.0/mlflow/registered-models/get-latest-versions, READER",
        "POST, /api/models, PUBLISHER",
        "POST, /api/models/m/versions, PUBLISHER",
        "PUT, /api/blobs/abc, PUBLISHER",
        "PATCH, /api/uploads/1, PUBLISHER",
        "DELETE, /api/uploads/1, PUBLISHER",
        "PATCH, /api/models/m, PUBLISHER",
        "DELETE, /api/models/m, OPERATOR",
        "DELETE, /api/models/m/versions/1, OPERATOR",
        "DELETE, /api/models/m/tags/t, PUBLISHER",
        "PUT, /api/models/m/aliases/champion, OPERATOR",
        "POST, /api/models/m/versions/1/stage, OPERATOR",
        "POST, /api/stage-requests/7/approve, APPROVER",
        "POST, /api/stage-requests/7/refuse, APPROVER",
        "POST, /api/rollouts, OPERATOR",
        "POST, /api/rollouts/r/abort, OPERATOR",
        "POST, /api/artifacts/collection, OPERATOR",
        "POST, /api/artifacts/keys/rotation, OPERATOR",
        "POST, /api/2.0/mlflow/model-versions/create, PUBLISHER",
        "PUT, /ajax-api/2.0/mlflow-artifacts/artifacts/uploads/u/a/b.bin, PUBLISHER",
        "DELETE, /api/2.0/mlflow/registered-models/delete, OPERATOR",
        "POST, /api/2.0/mlflow/registered-models/alias, OPERATOR",
        "POST, /api/2.0/mlflow/model-versions/transition-stage, OPERATOR",
        "POST, /api/a-path-that-comes-later, OPERATOR",
        "POST, /api/models/m/versions/1/%73tage, OPERATOR"
    })
    void eachRequestWantsTheRoleOfWhatItDoes(String method, String path, Role role) {
        assertThat(Rights.wanted(method, PathContainer.parsePath(path))).isEqualTo(role);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/models, false",
        "PATCH, /api/uploads/1, false",
        "POST, /api/2.0/mlflow/registered-models/get-latest-versions, false",
        "PATCH, /api/models/m, true",
        "POST, /api/uploads, true",
        "DELETE, /api/models/m, true"
    })
    void whatChangesSomethingIsAudited(String method, String path, boolean changes) {
        assertThat(Rights.changes(method, PathContainer.parsePath(path))).isEqualTo(changes);
    }
}
