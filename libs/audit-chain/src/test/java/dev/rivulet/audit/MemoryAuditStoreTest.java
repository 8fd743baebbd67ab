// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

class MemoryAuditStoreTest extends AuditStoreContractTest {
    @Override
    AuditStore store() {
        return new MemoryAuditStore();
    }
}
