export { countRequests, type RequestCounts } from './count-requests.ts'
export { type ObjectStoreCase, objectStoreCases } from './object-store-suite.ts'
