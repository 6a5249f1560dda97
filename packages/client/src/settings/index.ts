export { type FileSettings, readConfigAbove, readConfigFile } from './config-file.ts'
export { readSettings, type Settings, type SettingsSources } from './settings.ts'
